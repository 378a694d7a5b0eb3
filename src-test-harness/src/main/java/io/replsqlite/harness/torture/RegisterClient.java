package io.replsqlite.harness.torture;

import io.replsqlite.harness.check.LinearizableCheck;
import io.replsqlite.harness.history.Level;
import io.replsqlite.harness.history.Step;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Reads, writes and compares-and-sets registers at level linearizable. Registers are left behind after a while, so that
 * the search for an order stays small.
 */
final class RegisterClient extends Client {
    private static final int THINKING_MILLIS = 5;
    private static final int REGISTERS = 2;
    private static final long LIFE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private String lastKey = "";
    private long lastRead = LinearizableCheck.INITIAL;

    RegisterClient(Seat seat) {
        super(seat, "&consistency=linearizable&onStale=fail", THINKING_MILLIS);
    }

    @Override
    void operate() throws InterruptedException {
        String key = "r" + seat.round() + "-" + random.nextInt(REGISTERS) + "-"
                + seat.recorder().nowNanos() / LIFE_NANOS;
        int choice = random.nextInt(100);
        boolean canCompare = key.equals(lastKey) && lastRead != LinearizableCheck.INITIAL;
        if (choice < 10) {
            perform(Level.LINEARIZABLE, HeadsRead::run);
        } else if (choice < 50) {
            perform(Level.LINEARIZABLE, (connection, steps) -> read(connection, key, steps));
        } else if (choice < 75 && canCompare) {
            perform(Level.LINEARIZABLE, (connection, steps) -> compareAndSet(connection, key, steps));
        } else {
            perform(Level.LINEARIZABLE, (connection, steps) -> write(connection, key, steps));
        }
    }

    private void read(Connection connection, String key, List<Step> steps) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT value FROM registers WHERE key = ?")) {
            select.setString(1, key);
            try (ResultSet row = select.executeQuery()) {
                lastRead = row.next() ? row.getLong(1) : LinearizableCheck.INITIAL;
            }
        }
        lastKey = key;
        steps.add(Step.read(key, List.of(lastRead)));
    }

    private void write(Connection connection, String key, List<Step> steps) throws SQLException {
        long value = nextValue();
        steps.add(Step.write(key, value));
        try (PreparedStatement upsert = connection.prepareStatement(
                "INSERT INTO registers VALUES (?, ?)" + " ON CONFLICT (key) DO UPDATE SET value = excluded.value")) {
            upsert.setString(1, key);
            upsert.setLong(2, value);
            int ignored = upsert.executeUpdate();
        }
    }

    private void compareAndSet(Connection connection, String key, List<Step> steps) throws SQLException {
        long value = nextValue();
        steps.add(Step.compareAndSet(key, lastRead, value, false));
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE registers SET value = ? WHERE key = ? AND value = ?")) {
            update.setLong(1, value);
            update.setString(2, key);
            update.setLong(3, lastRead);
            boolean set = update.executeUpdate() == 1;
            steps.set(0, Step.compareAndSet(key, lastRead, value, set));
        }
    }
}
