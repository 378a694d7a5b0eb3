package io.replsqlite.server.store;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.server.capture.Capture;
import io.replsqlite.server.checkpoint.CheckpointRecord;
import io.replsqlite.server.log.LogSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;

/** A database of a node, as it is on disk: adopted, opened and closed without a checkpoint, written to as a primary does. */
public final class DatabaseFixture {
    public static final UUID ID = new UUID(1, 2);
    public static final StoreSettings SETTINGS = new StoreSettings(LogSettings.DEFAULT, 1 << 20, 256);
    static final Epoch EPOCH = new Epoch(1);

    private final DatabasePaths paths;

    private DatabaseFixture(DatabasePaths paths) {
        this.paths = paths;
    }

    public static DatabaseFixture adoptIn(Path directory) throws IOException, SQLException {
        DatabasePaths paths = DatabasePaths.of(directory, "app");
        Adoption.adopt(paths, ID, SETTINGS, MonotonicClock.SYSTEM, (done, of) -> {});
        return new DatabaseFixture(paths);
    }

    static DatabaseFixture at(DatabasePaths paths) {
        return new DatabaseFixture(paths);
    }

    public DatabasePaths paths() {
        return paths;
    }

    /** As after a start: recovered from what is on disk. */
    public OpenDatabase open() throws IOException, SQLException {
        CheckpointRecord record = CheckpointRecord.read(paths.checkpointFile()).orElseThrow();
        return Recovery.open(paths, record, SETTINGS, MonotonicClock.SYSTEM);
    }

    /** A primary's writer at work: each statement is one commit, captured and durable in the log. */
    static final class Writer implements AutoCloseable {
        private final OpenDatabase database;
        private final Connection connection;
        private final Capture capture;

        Writer(OpenDatabase database) throws IOException, SQLException {
            this.database = database;
            this.connection = database.files().connect();
            this.capture = new Capture(
                    database.files(),
                    database.log(),
                    database.checksums(),
                    EPOCH,
                    database.capturedUpTo(),
                    MonotonicClock.SYSTEM);
        }

        /** Commits in SQLite only: a crash before the capture. */
        void commitUncaptured(String sql) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        Position commit(String sql) throws SQLException, IOException {
            commitUncaptured(sql);
            var ignored = capture.captureLeftovers(new byte[0]);
            return database.log().sync();
        }

        /** The last frame in the WAL that is captured. */
        int frame() {
            return capture.mark().frame();
        }

        @Override
        public void close() throws SQLException {
            connection.close();
        }
    }
}
