package io.replsqlite.server.commit;

import io.replsqlite.base.DeliberateBug;
import io.replsqlite.base.FailurePoint;
import io.replsqlite.server.checkpoint.CheckpointSteps;
import io.replsqlite.server.sqlite.SqliteFiles;
import io.replsqlite.server.sqlite.WalReaders;
import io.replsqlite.server.wal.WalIndexHeader;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/** How the primary's WAL goes into its database file. What copies is never more than what is captured. */
public final class PrimaryCheckpoint implements CheckpointSteps {
    private final SqliteFiles sqlite;
    private final PrimaryFiles files;
    private final Connection copier;

    public PrimaryCheckpoint(SqliteFiles sqlite, PrimaryFiles files, Connection copier) {
        this.sqlite = sqlite;
        this.files = files;
        this.copier = copier;
    }

    @Override
    public int walFrames() throws IOException {
        WalIndexHeader header = sqlite.walIndex().readHeader();
        return header == null ? 0 : header.maxFrame();
    }

    @Override
    public boolean prepare() throws IOException, SQLException {
        return underWriteLock(() -> {
            files.checkpoints().anchor(header().mark());
            files.pin().renew();
            return true;
        });
    }

    @Override
    public void copy() throws IOException, SQLException {
        FailurePoint.CHECKPOINT_STARTING.reached();
        try (Statement statement = copier.createStatement()) {
            statement.execute("pragma wal_checkpoint(passive)");
        }
        // The checksums wait for finish(): here they may speak of commits that are not durable in the log yet.
    }

    @Override
    public boolean finish() throws IOException, SQLException {
        return underWriteLock(this::copyRest);
    }

    private boolean copyRest() throws IOException, SQLException {
        files.pin().letGo();
        try {
            files.pin().checkpointPassively();
            WalIndexHeader header = header();
            if (sqlite.walIndex().backfilled() != header.maxFrame()) {
                return false;
            }
            files.checkpoints().record(header.mark());
            return true;
        } finally {
            files.pin().hold();
        }
    }

    private WalIndexHeader header() throws IOException {
        WalIndexHeader header = sqlite.walIndex().readHeader();
        if (header == null) {
            throw new IOException("the wal-index of " + sqlite.database() + " stays inconsistent");
        }
        return header;
    }

    private interface Locked {
        boolean run() throws IOException, SQLException;
    }

    /** Runs while nobody can commit, with everything committed captured and durable; false if a writer is in the way. */
    private boolean underWriteLock(Locked action) throws IOException, SQLException {
        try (Statement statement = files.connection().createStatement()) {
            try {
                statement.execute("begin immediate");
            } catch (SQLException busy) {
                return false;
            }
            try {
                if (!DeliberateBug.CHECKPOINT_BEFORE_CAPTURE.isMade()) {
                    captureAll();
                }
                return action.run();
            } finally {
                statement.execute("commit");
            }
        }
    }

    private void captureAll() throws IOException {
        var captured = files.capture().capture(null);
        if (captured.commits() > 0 || !files.log().head().equals(files.log().durableHead())) {
            var ignored = files.log().sync();
        }
    }

    @Override
    public String hindrance() throws IOException {
        return String.join(", ", WalReaders.of(sqlite.database()));
    }
}
