package io.replsqlite.server.sqlite;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteErrorCode;

/** How the server opens SQLite: no checkpoint of its own, no memory mapping of the database, no trust in the schema. */
final class SqliteConnections {
    private static final int BUSY_TIMEOUT_MILLIS = 5_000;
    private static final int CONVERSION_WAIT_MILLIS = 1_000;

    private SqliteConnections() {}

    static Connection open(Path database) throws SQLException {
        return open(database, new SQLiteConfig());
    }

    private static Connection open(Path database, SQLiteConfig config) throws SQLException {
        config.setBusyTimeout(BUSY_TIMEOUT_MILLIS);
        // sqlite-jdbc's own look after each INSERT stays open until the next one, and holds on to an interruption
        config.setGetGeneratedKeys(false);
        SQLiteDataSource source = new SQLiteDataSource(config);
        source.setUrl("jdbc:sqlite:" + database);
        Connection connection = source.getConnection();
        try {
            configure(connection);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static void configure(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma wal_autocheckpoint=0");
            statement.execute("pragma synchronous=normal");
            statement.execute("pragma mmap_size=0");
            statement.execute("pragma trusted_schema=off");
        }
    }

    /** The connection that lives as long as the node serves the database: in WAL mode, with {@code -shm} open. */
    static Connection openAnchor(Path database) throws SQLException, IOException {
        Connection connection = open(database);
        try {
            SqliteVersion.requireSafe(connection);
            setBusyTimeout(connection, CONVERSION_WAIT_MILLIS);
            enterWalMode(database, connection);
            readOnce(connection);
            setBusyTimeout(connection, BUSY_TIMEOUT_MILLIS);
            return connection;
        } catch (SQLException | IOException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * A connection that cannot write and is closed last. The last one to close would otherwise checkpoint and delete the
     * WAL, with frames in it that nobody may have captured; a read-only one leaves it.
     */
    static Connection openWalKeeper(Path database) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        Connection connection = open(database, config);
        try {
            readOnce(connection);
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private static void setBusyTimeout(Connection connection, int waitMillis) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma busy_timeout=" + waitMillis);
        }
    }

    private static void enterWalMode(Path database, Connection connection) throws SQLException, IOException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("pragma journal_mode=wal")) {
            row.next();
            if (!row.getString(1).equals("wal")) {
                throw notWal(database, "it stays in journal mode '" + row.getString(1) + "'");
            }
        } catch (SQLException e) {
            if ((e.getErrorCode() & 0xff) == SQLiteErrorCode.SQLITE_BUSY.code) {
                throw notWal(database, "another process is using it in its present mode");
            }
            throw e;
        }
    }

    private static UnusableDatabaseException notWal(Path database, String why) {
        return new UnusableDatabaseException(
                database + " cannot be switched to WAL mode",
                why,
                "close every other program that has it open, then start again");
    }

    /** The first read opens the WAL and takes the dead-man lock of {@code -shm}. */
    private static void readOnce(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from sqlite_schema")) {
            row.next();
        }
    }

    static int pageSize(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("pragma page_size")) {
            row.next();
            return row.getInt(1);
        }
    }
}
