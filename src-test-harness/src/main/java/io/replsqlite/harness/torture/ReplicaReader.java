package io.replsqlite.harness.torture;

import io.replsqlite.harness.check.ReplicaState;
import io.replsqlite.harness.cluster.LocalCluster;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads all that a replica holds of one round as plain SQLite, on one snapshot, and has SQLite check the file. */
final class ReplicaReader {
    private ReplicaReader() {}

    private interface Row {
        void take(ResultSet row) throws SQLException;
    }

    static ReplicaState read(LocalCluster cluster, int node, int round) throws SQLException {
        String url = "jdbc:sqlite:" + cluster.databaseFile(node, LocalCluster.DATABASE) + "?open_mode=1";
        int first = Crowd.firstClient(round);
        List<Long> ledger = new ArrayList<>();
        Map<String, Long> registers = new HashMap<>();
        Map<String, List<Long>> lists = new HashMap<>();
        Map<Long, Long> balances = new HashMap<>();
        List<String> complaints = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url)) {
            connection.setAutoCommit(false);
            // A write whose outcome nobody knows may arrive a round late: it belongs to clients of that round.
            each(
                    connection,
                    "SELECT id FROM ledger WHERE client BETWEEN " + first + " AND " + (first + Crowd.CLIENTS - 1)
                            + " ORDER BY seq",
                    row -> ledger.add(row.getLong(1)));
            each(
                    connection,
                    "SELECT key, value FROM registers",
                    row -> registers.put(row.getString(1), row.getLong(2)));
            each(
                    connection,
                    "SELECT key, items FROM lists",
                    row -> lists.put(row.getString(1), ListClient.items(row.getString(2))));
            each(
                    connection,
                    "SELECT number, balance FROM accounts",
                    row -> balances.put(row.getLong(1), row.getLong(2)));
            each(connection, "PRAGMA integrity_check", row -> {
                if (!row.getString(1).equals("ok")) {
                    complaints.add("integrity_check: " + row.getString(1));
                }
            });
            each(
                    connection,
                    "PRAGMA foreign_key_check",
                    row -> complaints.add("foreign_key_check: row " + row.getLong(2) + " of " + row.getString(1)));
        }
        return new ReplicaState("node" + node, ledger, registers, lists, balances, complaints);
    }

    private static void each(Connection connection, String sql, Row row) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                row.take(rows);
            }
        }
    }
}
