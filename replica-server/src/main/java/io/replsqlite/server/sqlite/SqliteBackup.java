package io.replsqlite.server.sqlite;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.sqlite.SQLiteConnection;

/** SQLite's online backup of a file that this process does not serve. */
public final class SqliteBackup {
    private SqliteBackup() {}

    /** Copies the newest committed state of {@code source} to a new file, durable when this returns. */
    public static void copy(Path source, Path target) throws IOException, SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + source)) {
            int result =
                    connection.unwrap(SQLiteConnection.class).getDatabase().backup("main", target.toString(), null);
            if (result != 0) {
                throw new SQLException("the backup of " + source + " ended with SQLite result code " + result);
            }
        }
        try (FileChannel channel = FileChannel.open(target, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }
}
