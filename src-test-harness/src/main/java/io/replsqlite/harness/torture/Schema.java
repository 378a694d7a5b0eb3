package io.replsqlite.harness.torture;

import io.replsqlite.harness.cluster.LocalCluster;
import io.replsqlite.harness.fault.Await;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;

/**
 * The tables of a torture run. A row of the ledger is one write; {@code heads} has the highest id of each client, so that
 * one small read stands for the whole ledger. Nothing is unique that the harness means to find twice.
 */
final class Schema {
    static final int ACCOUNTS = 5;
    static final long BALANCE = 100;
    static final long TOTAL = ACCOUNTS * BALANCE;

    private static final List<String> TABLES = List.of(
            "CREATE TABLE clients (number INTEGER PRIMARY KEY)",
            "CREATE TABLE ledger (seq INTEGER PRIMARY KEY AUTOINCREMENT, client INTEGER NOT NULL REFERENCES clients,"
                    + " id INTEGER NOT NULL)",
            "CREATE TABLE heads (client INTEGER PRIMARY KEY, id INTEGER NOT NULL)",
            "CREATE TRIGGER raise_head AFTER INSERT ON ledger BEGIN INSERT INTO heads VALUES (new.client, new.id)"
                    + " ON CONFLICT (client) DO UPDATE SET id = max(id, excluded.id); END",
            "CREATE TABLE registers (key TEXT PRIMARY KEY, value INTEGER NOT NULL)",
            "CREATE TABLE lists (key TEXT PRIMARY KEY, items TEXT NOT NULL)",
            "CREATE TABLE accounts (number INTEGER PRIMARY KEY, balance INTEGER NOT NULL)");

    private static final Duration CREATED_WITHIN = Duration.ofSeconds(60);

    private Schema() {}

    /** The lease may move meanwhile: then what became of the first attempt is looked up by the second. */
    static void create(LocalCluster cluster) throws IOException, InterruptedException {
        Await.until("the tables are created", CREATED_WITHIN, () -> {
            try (Connection connection = DriverManager.getConnection(cluster.jdbcUrl(1, LocalCluster.DATABASE))) {
                if (!isThere(connection)) {
                    create(connection);
                }
                return true;
            }
        });
    }

    private static boolean isThere(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet found =
                        statement.executeQuery("SELECT count(*) FROM sqlite_schema WHERE name = 'accounts'")) {
            return found.next() && found.getLong(1) == 1;
        }
    }

    private static void create(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                int ignored = statement.executeUpdate(table);
            }
            for (int account = 1; account <= ACCOUNTS; account++) {
                int ignored = statement.executeUpdate("INSERT INTO accounts VALUES (" + account + "," + BALANCE + ")");
            }
        }
        connection.commit();
        connection.setAutoCommit(true);
    }

    /** What earlier rounds have left goes, but for their clients: a write that was given up may still arrive. */
    static void prepareRound(Connection connection, int firstClient, int clients) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            for (String table : List.of("ledger", "heads", "registers", "lists")) {
                int ignored = statement.executeUpdate("DELETE FROM " + table);
            }
            for (int client = firstClient; client < firstClient + clients; client++) {
                int ignored = statement.executeUpdate("INSERT INTO clients VALUES (" + client + ")");
            }
        }
        connection.commit();
        connection.setAutoCommit(true);
    }
}
