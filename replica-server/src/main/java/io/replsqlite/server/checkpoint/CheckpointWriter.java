package io.replsqlite.server.checkpoint;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.Position;
import io.replsqlite.server.pages.ChecksumFile;
import io.replsqlite.server.pages.PageChecksums;
import io.replsqlite.server.wal.WalMark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;

/**
 * Writes down what the database file holds. {@link #persistChecksums} may run in the background; {@link #record} runs on
 * the thread that owns the database, under SQLite's write lock. The two exclude each other.
 */
public final class CheckpointWriter implements AutoCloseable {
    private final UUID databaseId;
    private final Path databaseFile;
    private final Path recordFile;
    private final ChecksumFile checksumFile;
    private final PageChecksums checksums;
    private final int pageSize;
    private volatile CheckpointRecord recorded;

    public CheckpointWriter(
            UUID databaseId,
            Path databaseFile,
            Path recordFile,
            Path checksumFile,
            PageChecksums checksums,
            int pageSize,
            CheckpointRecord recorded)
            throws IOException {
        this.databaseId = databaseId;
        this.databaseFile = databaseFile;
        this.recordFile = recordFile;
        this.checksumFile = ChecksumFile.open(checksumFile);
        this.checksums = checksums;
        this.pageSize = pageSize;
        this.recorded = recorded;
    }

    /** What the database file holds at least. The log must keep everything after it. */
    public Position recorded() {
        return recorded.position();
    }

    /**
     * Makes sure that a WAL of this generation will be known to follow the record, whatever happens to the database file.
     * Must precede the first copy into the file since it was opened: until then its untouched state says the same.
     */
    public synchronized void anchor(WalMark walEnd) throws IOException {
        if (!recorded.isFollowedBy(walEnd)) {
            CheckpointRecord anchored = recorded.withWalEnd(new WalMark(walEnd.salt1(), walEnd.salt2(), 0, 0, 0));
            anchored.write(recordFile);
            recorded = anchored;
        }
    }

    public synchronized void persistChecksums() throws IOException {
        checksumFile.write(databaseId, pageSize, checksums);
    }

    /** Every frame up to {@code walEnd} is in the database file, durably; the checksums stand at the same position. */
    public synchronized void record(WalMark walEnd) throws IOException {
        FailurePoint.CHECKPOINT_COPIED.reached();
        persistChecksums();
        Position position = checksums.position();
        CheckpointRecord complete =
                CheckpointRecord.of(databaseId, position, pageSize, checksums.pages(), walEnd, databaseFile);
        complete.write(recordFile);
        recorded = complete;
    }

    @Override
    public synchronized void close() throws IOException {
        checksumFile.close();
    }
}
