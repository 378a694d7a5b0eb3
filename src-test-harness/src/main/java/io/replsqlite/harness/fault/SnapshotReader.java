package io.replsqlite.harness.fault;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A program that reads a replica file by plain JDBC, snapshot after snapshot, until its standard input ends; then prints
 * one JSON line of what it has seen. Arguments: the file, and how many snapshots lie between two integrity checks.
 */
public final class SnapshotReader {
    private static final int SNAPSHOTS_PER_CONNECTION = 500;

    private final String file;
    private final int checkEvery;
    private long snapshots;
    private long integrityChecks;
    private long foreignSnapshots;
    private long highest;
    private long errors;
    private String firstError = "";

    private SnapshotReader(String file, int checkEvery) {
        this.file = file;
        this.checkEvery = checkEvery;
    }

    public static void main(String[] arguments) throws IOException {
        SnapshotReader reader = new SnapshotReader(arguments[0], Integer.parseInt(arguments[1]));
        while (System.in.available() == 0) {
            reader.readSome();
        }
        System.out.println(reader.json());
    }

    private void readSome() {
        try (Connection connection =
                        DriverManager.getConnection("jdbc:sqlite:" + file + "?open_mode=1&busy_timeout=10000");
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < SNAPSHOTS_PER_CONNECTION && System.in.available() == 0; i++) {
                readOne(statement);
            }
        } catch (SQLException | IOException failure) {
            error(String.valueOf(failure));
        }
    }

    private void readOne(Statement statement) throws SQLException {
        statement.execute("begin");
        try {
            examine(statement);
            if (snapshots % checkEvery == 0) {
                integrityChecks++;
                require("ok".equals(text(statement, "pragma integrity_check")), "integrity_check failed");
            }
            snapshots++;
        } finally {
            statement.execute("rollback");
        }
    }

    private void examine(Statement statement) throws SQLException {
        long foreign = number(statement, "select count(*) from intruder");
        foreignSnapshots += foreign > 0 ? 1 : 0;
        require(number(statement, "select sum(balance) from account") == 0, "the accounts do not sum to zero");
        require(
                number(statement, "select count(*) from account indexed by account_balance where balance > -1000000000")
                        == SoakSchema.ACCOUNTS,
                "the index does not have every account");
        long last = number(statement, "select coalesce(max(seq), 0) from ledger");
        long gaps = number(statement, "select coalesce(max(seq) - min(seq) + 1 - count(*), 0) from ledger");
        require(gaps == 0, "the ledger has gaps");
        require(last >= highest, "the ledger went back from " + highest + " to " + last);
        highest = Math.max(highest, last);
    }

    private void require(boolean holds, String otherwise) {
        if (!holds) {
            error(otherwise + " in snapshot " + snapshots);
        }
    }

    private void error(String what) {
        errors++;
        firstError = firstError.isEmpty() ? what : firstError;
    }

    private static long number(Statement statement, String sql) throws SQLException {
        try (ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getLong(1);
        }
    }

    private static String text(Statement statement, String sql) throws SQLException {
        try (ResultSet result = statement.executeQuery(sql)) {
            result.next();
            return result.getString(1);
        }
    }

    private ObjectNode json() {
        return new ObjectMapper()
                .createObjectNode()
                .put("snapshots", snapshots)
                .put("integrityChecks", integrityChecks)
                .put("foreignSnapshots", foreignSnapshots)
                .put("errors", errors)
                .put("firstError", firstError);
    }
}
