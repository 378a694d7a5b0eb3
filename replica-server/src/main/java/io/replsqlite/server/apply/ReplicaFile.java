package io.replsqlite.server.apply;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.sqlite.SqliteFiles;
import io.replsqlite.server.wal.WalChecksum;
import io.replsqlite.server.wal.WalHeader;
import io.replsqlite.server.wal.WalIndex;
import io.replsqlite.server.wal.WalIndexHeader;
import io.replsqlite.server.wal.WalMark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A follower's replica file: {@link #commit} makes the pages of one change set visible to every reader in every process
 * as one ordinary SQLite commit.
 *
 * <p>What must hold:
 *
 * <ul>
 *   <li>Frames and index are written only while {@link WriteLock} is held, and it is held from {@link #open} to
 *       {@link #release} but for an instant in {@link #checkpoint} and {@link #restartWal}.
 *   <li>The index header is always the one left by the last call, {@code left}. Any other means that somebody else wrote:
 *       {@link ForeignWriteException}, before anything else happens.
 *   <li>Nothing is visible before the header is published, so a failure at any earlier point leaves the last commit.
 * </ul>
 *
 * <p>Belongs to one thread at a time.
 */
public final class ReplicaFile implements AutoCloseable {
    private static final Duration LOCK_WAIT = Duration.ofSeconds(2);

    private final SqliteFiles files;
    private final WalIndex index;
    private final FrameWriter frames;
    private final MonotonicClock clock;
    private @Nullable Tenure tenure;
    private WalIndexHeader left;

    /** Stand-ins for what other processes may do in the instants without the write lock; for tests. */
    Runnable afterRelease = () -> {};

    Runnable beforeRetake = () -> {};

    private ReplicaFile(SqliteFiles files, MonotonicClock clock, Tenure tenure) throws IOException {
        this.files = files;
        this.clock = clock;
        this.tenure = tenure;
        index = files.walIndex();
        frames = new FrameWriter(files.pageSize());
        left = currentHeader();
    }

    /**
     * Takes the write lock of a database that is open in this process.
     *
     * @throws WriteLockBusyException if another program is writing
     */
    public static ReplicaFile open(SqliteFiles files, MonotonicClock clock) throws IOException, SQLException {
        Tenure tenure = Tenure.begin(files, clock);
        try {
            return new ReplicaFile(files, clock, tenure);
        } catch (IOException | RuntimeException e) {
            tenure.close();
            throw e;
        }
    }

    public int pageSize() {
        return files.pageSize();
    }

    /** The size of the database after the last commit. */
    public int databaseSizePages() throws IOException {
        return left.databaseSizePages() != 0 ? left.databaseSizePages() : files.pagesInDatabaseFile();
    }

    /** The end of the WAL after the last commit. */
    public WalMark mark() {
        return left.mark();
    }

    /**
     * Makes the pages visible as one commit. After an exception other than {@link ForeignWriteException} the commit may
     * be repeated; it is not visible unless it failed in publishing itself.
     *
     * @throws ForeignWriteException if the replica file is not as the last call left it
     * @throws WriteLockBusyException if the lock was lost earlier and another program still holds it
     */
    public void commit(PageSource pages, int databaseSizePages) throws IOException {
        holdLock();
        requireUntouched();
        FileChannel wal = files.wal();
        index.clearLeftovers(left.maxFrame());
        boolean bigEndian = left.maxFrame() == 0 ? WalChecksum.NATIVE_IS_BIG_ENDIAN : left.bigEndianChecksum();
        WalMark start = left.maxFrame() == 0 ? startGeneration(wal) : left.mark();
        WalMark end = frames.write(wal, index, bigEndian, start, pages, databaseSizePages);
        publish(left.afterCommit(end, bigEndian, files.pageSize(), databaseSizePages));
    }

    private void publish(WalIndexHeader header) throws IOException {
        index.publish(header, FailurePoint.APPLY_HEADER_HALF::reached);
        left = header;
        FailurePoint.APPLY_PUBLISHED.reached();
    }

    /**
     * Writes a new WAL header and syncs it: were it to reach the disk after the frames, a power failure could leave old
     * header, old frames and new frames in one file, and recovery would replay old pages over newer ones.
     */
    private WalMark startGeneration(FileChannel wal) throws IOException {
        WalHeader previous = WalHeader.read(wal);
        int sequence = previous == null ? 0 : previous.checkpointSequence() + 1;
        boolean unsalted = left.salt1() == 0 && left.salt2() == 0;
        SecureRandom random = new SecureRandom();
        WalHeader header = new WalHeader(
                WalChecksum.NATIVE_IS_BIG_ENDIAN,
                files.pageSize(),
                sequence,
                unsalted ? random.nextInt() : left.salt1(),
                unsalted ? random.nextInt() : left.salt2());
        ByteBuffer bytes = ByteBuffer.allocate(WalHeader.BYTES);
        header.encode(bytes);
        while (bytes.hasRemaining()) {
            wal.write(bytes, bytes.position());
        }
        wal.force(false);
        return header.start();
    }

    /**
     * Lets the write lock go and takes it again at once, so that its own snapshot no longer holds a checkpoint back.
     *
     * @throws ForeignWriteException if somebody wrote in that instant
     */
    public void renewLock() throws IOException {
        requireTenure().lock().release();
        afterRelease.run();
        retakeLock();
    }

    /**
     * Copies frames into the database file up to the last {@link #renewLock} and as far as readers permit, and syncs it.
     * May run on another thread while this one commits, but not while it calls anything else.
     */
    public void copyPassively() throws IOException {
        FailurePoint.CHECKPOINT_STARTING.reached();
        requireTenure().checkpointer().passive();
    }

    /**
     * {@link #renewLock}, then {@link #copyPassively}, unless everything is copied.
     *
     * @throws ForeignWriteException if somebody wrote in that instant; then nothing was copied
     */
    public CheckpointResult checkpoint() throws IOException {
        if (index.backfilled() < left.maxFrame()) {
            renewLock();
            copyPassively();
        } else {
            holdLock();
            requireUntouched();
        }
        return new CheckpointResult(left.maxFrame(), index.backfilled());
    }

    /**
     * Empties the WAL if all of it is in the database file and no reader needs it.
     *
     * @return whether the WAL is empty now; if not, a reader or an incomplete checkpoint is in the way
     * @throws ForeignWriteException if somebody wrote in the instant without the write lock
     */
    public boolean restartWal() throws IOException {
        holdLock();
        requireUntouched();
        if (left.maxFrame() == 0 || index.backfilled() < left.maxFrame()) {
            return left.maxFrame() == 0;
        }
        requireTenure().lock().release();
        FailurePoint.APPLY_LOCK_RELEASED.reached();
        afterRelease.run();
        if (left.equals(index.readHeader())) {
            requireTenure().checkpointer().truncate();
        }
        retakeLock();
        return left.maxFrame() == 0;
    }

    private void holdLock() throws IOException {
        if (!requireTenure().lock().isHeld()) {
            retakeLock();
        }
    }

    private void retakeLock() throws IOException {
        beforeRetake.run();
        requireTenure().lock().acquire(Deadline.after(LOCK_WAIT, clock));
        requireUntouched();
    }

    /** Compares the header with what was left; adopts what is there, so that the next commit repairs it. */
    private void requireUntouched() throws IOException {
        WalIndexHeader now = currentHeader();
        if (now.equals(left)) {
            return;
        }
        ForeignWriteDetector detector = new ForeignWriteDetector(left, databaseSizePages(), files.pageSize());
        ForeignWrite foreign = detector.compare(now, files.wal());
        left = now;
        if (foreign != null) {
            throw new ForeignWriteException(foreign);
        }
    }

    /** Under the write lock nobody may be publishing, so an inconsistent header is damage. */
    private WalIndexHeader currentHeader() throws IOException {
        WalIndexHeader header = index.readHeader();
        if (header == null) {
            throw new IOException("the wal-index header is damaged although the write lock is held");
        }
        return header;
    }

    /** Lets the write lock go, for a node that becomes primary. */
    public void release() throws IOException {
        Tenure ending = tenure;
        tenure = null;
        if (ending != null) {
            ending.close();
        }
    }

    /** Takes the write lock again, for a node that was primary; what was written meanwhile is accepted. */
    public void acquire() throws IOException, SQLException {
        if (tenure != null) {
            throw new IllegalStateException("the replica file is open for apply already");
        }
        Tenure begun = Tenure.begin(files, clock);
        try {
            left = currentHeader();
        } catch (IOException | RuntimeException e) {
            begun.close();
            throw e;
        }
        tenure = begun;
    }

    private Tenure requireTenure() {
        Tenure present = tenure;
        if (present == null) {
            throw new IllegalStateException("the replica file is released");
        }
        return present;
    }

    /** The two connections of one stretch of time as a follower. */
    private record Tenure(WriteLock lock, Checkpointer checkpointer) implements AutoCloseable {
        static Tenure begin(SqliteFiles files, MonotonicClock clock) throws IOException, SQLException {
            Tenure begun = new Tenure(new WriteLock(files.connect()), new Checkpointer(files.connect()));
            try {
                begun.lock.acquire(Deadline.after(LOCK_WAIT, clock));
                return begun;
            } catch (IOException | RuntimeException e) {
                begun.close();
                throw e;
            }
        }

        @Override
        public void close() throws IOException {
            try (lock;
                    checkpointer) {
                lock.release();
            }
        }
    }

    /** Releases the write lock; the database stays open in {@link SqliteFiles}. */
    @Override
    public void close() throws IOException {
        release();
    }
}
