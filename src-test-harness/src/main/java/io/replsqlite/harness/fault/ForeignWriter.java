package io.replsqlite.harness.fault;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A program that has no business in a follower's file and tries to write there all the same, patiently, until its
 * standard input ends; then prints one JSON line of how often it was refused and how often it slipped in.
 */
public final class ForeignWriter {
    private static final int BUSY = 5;
    private static final int BUSY_TIMEOUT_MILLIS = 20;
    private static final int TRIES_PER_CONNECTION = 50;

    private final String file;
    private long slips;
    private long refusals;
    private long errors;
    private String firstError = "";

    private ForeignWriter(String file) {
        this.file = file;
    }

    public static void main(String[] arguments) throws IOException {
        ForeignWriter writer = new ForeignWriter(arguments[0]);
        while (System.in.available() == 0) {
            writer.trySome();
        }
        System.out.println(writer.json());
    }

    /** A short timeout makes SQLite ask every few milliseconds: what lets go for an instant will be caught. */
    private void trySome() {
        try (Connection connection =
                        DriverManager.getConnection("jdbc:sqlite:" + file + "?busy_timeout=" + BUSY_TIMEOUT_MILLIS);
                Statement statement = connection.createStatement()) {
            for (int i = 0; i < TRIES_PER_CONNECTION && System.in.available() == 0; i++) {
                tryOnce(statement);
            }
        } catch (SQLException | IOException failure) {
            error(failure);
        }
    }

    private void tryOnce(Statement statement) throws SQLException {
        try {
            statement.execute("insert into intruder(id) values (null)");
            slips++;
        } catch (SQLException refused) {
            if ((refused.getErrorCode() & 0xff) != BUSY) {
                throw refused;
            }
            refusals++;
        }
    }

    private void error(Exception failure) {
        errors++;
        firstError = firstError.isEmpty() ? String.valueOf(failure) : firstError;
    }

    private ObjectNode json() {
        return new ObjectMapper()
                .createObjectNode()
                .put("slips", slips)
                .put("refusals", refusals)
                .put("errors", errors)
                .put("firstError", firstError);
    }
}
