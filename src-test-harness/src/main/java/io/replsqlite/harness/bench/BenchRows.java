package io.replsqlite.harness.bench;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Random;

/** A database as applications have them: rows of a kilobyte, half of it words, half of it random, and an index. */
final class BenchRows {
    private static final int ROW_BYTES = 1000;
    private static final int WORD_COUNT = 2000;
    private static final int BATCH = 20_000;

    private BenchRows() {}

    static void fill(Path file, int megabytes) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            int ignored = CommitScenario.execute(
                    connection,
                    "create table t(id integer primary key, customer integer not null, note text, content blob)");
            ignored = CommitScenario.execute(connection, "create index t_customer on t(customer)");
            connection.setAutoCommit(false);
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into t(customer, note, content) values (?, ?, ?)")) {
                insertRows(insert, megabytes);
            }
            connection.commit();
        }
    }

    private static void insertRows(PreparedStatement insert, int megabytes) throws SQLException {
        Random random = new Random(1);
        String[] words = words(random);
        byte[] blob = new byte[ROW_BYTES / 2];
        long rows = megabytes * 1_000_000L / ROW_BYTES;
        for (long row = 1; row <= rows; row++) {
            insert.setInt(1, random.nextInt(1_000_000));
            insert.setString(2, note(words, random));
            random.nextBytes(blob);
            insert.setBytes(3, blob);
            insert.addBatch();
            if (row % BATCH == 0 || row == rows) {
                var ignored = insert.executeBatch();
            }
        }
    }

    private static String[] words(Random random) {
        String[] words = new String[WORD_COUNT];
        for (int i = 0; i < words.length; i++) {
            byte[] letters = new byte[3 + random.nextInt(8)];
            for (int at = 0; at < letters.length; at++) {
                letters[at] = (byte) ('a' + random.nextInt(26));
            }
            words[i] = new String(letters, StandardCharsets.US_ASCII);
        }
        return words;
    }

    private static String note(String[] words, Random random) {
        StringBuilder note = new StringBuilder(ROW_BYTES / 2);
        while (note.length() < ROW_BYTES / 2 - 10) {
            note.append(words[random.nextInt(words.length)]).append(' ');
        }
        return note.toString();
    }
}
