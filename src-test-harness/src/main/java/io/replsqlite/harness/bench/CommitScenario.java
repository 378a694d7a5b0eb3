package io.replsqlite.harness.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * One single-row insert after the other: through the primary's write path (execute, commit, capture, log with fsync)
 * against plain sqlite-jdbc with {@code synchronous=FULL}, in turns.
 */
final class CommitScenario {
    static final String TABLE = "create table if not exists t(id integer primary key, name text, value integer)";
    static final String INSERT = "insert into t(name, value) values (?, ?)";
    private static final int WRITES = 9_000;

    /**
     * Writes before any is counted, here and in other scenarios: until then the JVM compiles the write path, and a commit
     * costs a quarter more.
     */
    static final int WARM_UP_WRITES = 20_000;

    private final Path directory;

    CommitScenario(Path directory) {
        this.directory = directory;
    }

    Figure run() throws IOException, SQLException, InterruptedException {
        Samples plain = new Samples();
        Samples ours = new Samples();
        try (BenchDatabase database = new BenchDatabase(directory);
                Connection connection = plainConnection(directory.resolve("plain.db"));
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            database.write(writer -> execute(writer, TABLE));
            for (int i = 0; i < WARM_UP_WRITES + WRITES; i++) {
                long start = System.nanoTime();
                insert(insert, i);
                long middle = System.nanoTime();
                int value = i;
                database.write(writer -> {
                    try (PreparedStatement same = writer.prepareStatement(INSERT)) {
                        return insert(same, value);
                    }
                });
                long end = System.nanoTime();
                if (i >= WARM_UP_WRITES) {
                    plain.add(middle - start);
                    ours.add(end - middle);
                }
            }
        }
        return new Figure(
                "commit on the primary, durable in the log",
                ours.measurement(),
                plain.measurement(),
                ours.micros(0.5) / plain.micros(0.5),
                1.5,
                false,
                "x");
    }

    static Connection plainConnection(Path file) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
        execute(connection, "pragma journal_mode=wal");
        execute(connection, "pragma synchronous=full");
        execute(connection, TABLE);
        return connection;
    }

    static int execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.execute(sql) ? 1 : 0;
        }
    }

    static int insert(PreparedStatement insert, int value) throws SQLException {
        insert.setString(1, "name of row " + value);
        insert.setInt(2, value);
        return insert.executeUpdate();
    }
}
