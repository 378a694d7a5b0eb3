package io.replsqlite.harness.torture;

import io.replsqlite.harness.check.BankCheck;
import io.replsqlite.harness.history.Level;
import io.replsqlite.harness.history.Step;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Moves money between accounts, never below nothing, and looks at all of it. */
final class BankClient extends Client {
    private static final int THINKING_MILLIS = 60;
    private static final int MOST_MOVED = 20;

    BankClient(Seat seat) {
        super(seat, "", THINKING_MILLIS);
    }

    @Override
    void operate() throws InterruptedException {
        if (random.nextInt(100) < 40) {
            perform(Level.SESSION, (connection, steps) -> {
                List<Long> ignored = balances(connection, steps);
            });
            return;
        }
        int from = random.nextInt(Schema.ACCOUNTS);
        int to = (from + 1 + random.nextInt(Schema.ACCOUNTS - 1)) % Schema.ACCOUNTS;
        long amount = 1L + random.nextInt(MOST_MOVED);
        performTransaction(Level.WRITE, (connection, steps) -> {
            if (balances(connection, steps).get(from) >= amount) {
                steps.add(Step.transfer(from + 1L, to + 1L, amount));
                change(connection, from + 1L, -amount);
                change(connection, to + 1L, amount);
            }
        });
    }

    private static List<Long> balances(Connection connection, List<Step> steps) throws SQLException {
        List<Long> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT balance FROM accounts ORDER BY number")) {
            while (rows.next()) {
                found.add(rows.getLong(1));
            }
        }
        steps.add(Step.read(BankCheck.KEY, found));
        return found;
    }

    private static void change(Connection connection, long account, long by) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE accounts SET balance = balance + ? WHERE number = ?")) {
            update.setLong(1, by);
            update.setLong(2, account);
            int ignored = update.executeUpdate();
        }
    }
}
