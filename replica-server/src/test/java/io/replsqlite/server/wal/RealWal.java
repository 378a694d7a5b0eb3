package io.replsqlite.server.wal;

import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;

/** Copies of {@code -wal} and {@code -shm} as SQLite wrote them. */
final class RealWal {
    private RealWal() {}

    /** Runs the statements in a fresh WAL-mode database; leaves copies under {@code wal} and {@code shm}. */
    static Path write(Path directory, int pageSize, String... sql) throws Exception {
        Path database = directory.resolve("real.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                Statement statement = connection.createStatement()) {
            statement.execute("pragma page_size=" + pageSize);
            statement.execute("pragma journal_mode=wal");
            statement.execute("pragma wal_autocheckpoint=0");
            for (String command : sql) {
                statement.execute(command);
            }
            Files.copy(directory.resolve("real.db-wal"), directory.resolve("wal"));
            Files.copy(directory.resolve("real.db-shm"), directory.resolve("shm")); // nobody else has it open
        }
        return directory.resolve("wal");
    }

    static FileChannel open(Path file) throws Exception {
        return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
    }
}
