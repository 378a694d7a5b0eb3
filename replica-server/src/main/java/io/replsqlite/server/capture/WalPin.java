package io.replsqlite.server.capture;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A read transaction that is held so that nobody can checkpoint past it or restart the WAL behind it.
 *
 * <p>Taken while everything in the WAL is captured and SQLite's write lock is held, so that its snapshot is exactly what
 * is captured. If the WAL is completely checkpointed at that moment, SQLite gives the reader slot 0, which lets the next
 * writer restart the WAL once, and then forbids every checkpoint: the new frames stay too.
 */
public final class WalPin implements AutoCloseable {
    private final Connection connection;
    private final Statement statement;

    public WalPin(Connection connection) throws SQLException {
        this.connection = connection;
        this.statement = connection.createStatement();
        hold();
    }

    /** Lets go of the old snapshot and takes the newest one. */
    public void renew() throws SQLException {
        letGo();
        hold();
    }

    public void letGo() throws SQLException {
        statement.execute("commit");
    }

    public void hold() throws SQLException {
        statement.execute("begin");
        try (ResultSet row = statement.executeQuery("select count(*) from sqlite_schema")) {
            row.next();
        }
    }

    /** Copies as much of the WAL into the database file as no reader forbids. Only while nothing is held here. */
    public void checkpointPassively() throws SQLException {
        try (ResultSet row = statement.executeQuery("pragma wal_checkpoint(passive)")) {
            row.next();
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
