package io.replsqlite.harness.torture;

import io.replsqlite.harness.check.Heads;
import io.replsqlite.harness.history.Step;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The small read that stands for a read of the whole ledger. */
final class HeadsRead {
    private HeadsRead() {}

    static void run(Connection connection, List<Step> steps) throws SQLException {
        List<Long> found = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT client, id FROM heads")) {
            while (rows.next()) {
                found.add(rows.getLong(1));
                found.add(rows.getLong(2));
            }
        }
        steps.add(Step.read(Heads.KEY, found));
    }
}
