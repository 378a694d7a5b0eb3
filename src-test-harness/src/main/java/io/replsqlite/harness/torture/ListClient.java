package io.replsqlite.harness.torture;

import io.replsqlite.harness.check.ListAppendCheck;
import io.replsqlite.harness.history.Level;
import io.replsqlite.harness.history.Step;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Transactions that read lists and append to them; at one of the nodes they begin on the local snapshot. */
final class ListClient extends Client {
    private static final int THINKING_MILLIS = 60;
    private static final int LISTS = 3;
    private static final int MOST_STEPS = 4;
    private static final int NODE_OF_UPGRADES = 3;
    private static final long LIFE_NANOS = TimeUnit.SECONDS.toNanos(4);

    ListClient(Seat seat) {
        super(seat, seat.node() == NODE_OF_UPGRADES ? "&transactions=upgrade" : "", THINKING_MILLIS);
    }

    @Override
    void operate() throws InterruptedException {
        int steps = 1 + random.nextInt(MOST_STEPS);
        performTransaction(Level.WRITE, (connection, noted) -> {
            for (int step = 0; step < steps; step++) {
                if (random.nextBoolean()) {
                    read(connection, key(), noted);
                } else {
                    append(connection, key(), noted);
                }
            }
        });
    }

    private String key() {
        return ListAppendCheck.KEY_PREFIX + seat.round() + "-" + random.nextInt(LISTS) + "-"
                + seat.recorder().nowNanos() / LIFE_NANOS;
    }

    private static void read(Connection connection, String key, List<Step> steps) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("SELECT items FROM lists WHERE key = ?")) {
            select.setString(1, key);
            try (ResultSet row = select.executeQuery()) {
                steps.add(Step.read(key, row.next() ? items(row.getString(1)) : List.of()));
            }
        }
    }

    private void append(Connection connection, String key, List<Step> steps) throws SQLException {
        long value = nextValue();
        steps.add(Step.append(key, value));
        try (PreparedStatement upsert = connection.prepareStatement("INSERT INTO lists VALUES (?, ?)"
                + " ON CONFLICT (key) DO UPDATE SET items = items || ',' || excluded.items")) {
            upsert.setString(1, key);
            upsert.setString(2, Long.toString(value));
            int ignored = upsert.executeUpdate();
        }
    }

    static List<Long> items(String text) {
        return Arrays.stream(text.split(",", -1)).map(Long::valueOf).toList();
    }
}
