package io.replsqlite.examples.spring;

import io.replsqlite.harness.demo.ChinookData;
import io.replsqlite.harness.demo.ChinookLoader;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Fills an empty database with the Chinook data and a stock of every track. Argument: the database file of any node. */
public final class ShopLoader {
    /** How many rows share a transaction. */
    private static final int ROWS_PER_INSERT = 50;

    private static final int PIECES = 10;

    private ShopLoader() {}

    public static void main(String[] arguments) throws SQLException {
        if (arguments.length != 1) {
            System.err.println("usage: ShopLoader DATABASE-FILE");
            System.exit(2);
        }
        System.out.println(load(arguments[0]) + " tracks, " + PIECES + " pieces of each");
    }

    /** @return how many tracks there are */
    static long load(String databaseFile) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection("jdbc:replsqlite:" + databaseFile + "?consistency=primary");
                Statement statement = connection.createStatement()) {
            if (number(statement, "SELECT count(*) FROM sqlite_schema WHERE name = 'Stock'") == 0) {
                fill(connection, statement);
            }
            return number(statement, "SELECT count(*) FROM Stock");
        }
    }

    private static void fill(Connection connection, Statement statement) throws SQLException {
        try (ChinookData data = ChinookData.open()) {
            ChinookLoader.Outcome ignored =
                    new ChinookLoader(connection, ROWS_PER_INSERT, ChinookLoader.Progress.NONE).load(data);
        }
        connection.setAutoCommit(false);
        statement.executeUpdate("""
                CREATE TABLE Stock (
                    TrackId INTEGER PRIMARY KEY REFERENCES Track (TrackId),
                    Quantity INTEGER NOT NULL CHECK (Quantity >= 0))""");
        statement.executeUpdate("INSERT INTO Stock SELECT TrackId, " + PIECES + " FROM Track");
        connection.commit();
        connection.setAutoCommit(true);
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }
}
