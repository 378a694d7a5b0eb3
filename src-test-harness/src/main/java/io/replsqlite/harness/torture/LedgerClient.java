package io.replsqlite.harness.torture;

import io.replsqlite.harness.check.Heads;
import io.replsqlite.harness.history.Level;
import io.replsqlite.harness.history.Step;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/** Writes rows that nobody else writes, alone and several at once, reads in its session, and moves from node to node. */
final class LedgerClient extends Client {
    private static final int THINKING_MILLIS = 5;
    private static final int MOST_ROWS = 4;

    LedgerClient(Seat seat) {
        super(seat, "&consistency=session", THINKING_MILLIS);
    }

    @Override
    void operate() throws InterruptedException {
        int choice = random.nextInt(100);
        if (choice < 50) {
            perform(Level.WRITE, this::insert);
        } else if (choice < 70) {
            int rows = 2 + random.nextInt(MOST_ROWS - 1);
            performTransaction(Level.WRITE, (connection, steps) -> {
                for (int row = 0; row < rows; row++) {
                    insert(connection, steps);
                }
            });
        } else if (choice < 98) {
            perform(Level.SESSION, HeadsRead::run);
        } else {
            moveOn();
        }
    }

    private void insert(Connection connection, List<Step> steps) throws SQLException {
        long id = nextValue();
        steps.add(Step.insert(Heads.client(seat.number()), id));
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO ledger (client, id) VALUES (?, ?)")) {
            insert.setLong(1, seat.number());
            insert.setLong(2, id);
            int ignored = insert.executeUpdate();
        }
    }
}
