package io.replsqlite.server.follow;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.base.Position;
import io.replsqlite.base.PositionGate;
import io.replsqlite.base.Txid;
import io.replsqlite.server.apply.ForeignWriteException;
import io.replsqlite.server.checkpoint.CheckpointRecord;
import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.server.log.LogCorruptedException;
import io.replsqlite.server.log.LogRepair;
import io.replsqlite.server.log.RefusedRecordException;
import io.replsqlite.server.store.DatabaseFounding;
import io.replsqlite.server.store.DatabasePaths;
import io.replsqlite.server.store.DivergedException;
import io.replsqlite.server.store.LostLog;
import io.replsqlite.server.store.OpenDatabase;
import io.replsqlite.server.store.Recovery;
import io.replsqlite.status.Health;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executor;
import okhttp3.Call;
import org.jspecify.annotations.Nullable;

/**
 * One database of a follower, from whatever state it is in to level with the primary, and then along with it. One thread;
 * every failure ends the attempt at hand, and the next one starts from what is on disk.
 *
 * <p>The order of remedies is in {@link #attempt}: no file, a first copy; a file that is not what it should be, the pages
 * that differ; else the stream. A log that failed is opened anew before any of them.
 */
public final class FollowerLoop {
    private static final Logger LOG = System.getLogger(FollowerLoop.class.getName());

    /** So much must fit on the disk before a failed log is tried again. */
    private static final int ROOM_BYTES = 1 << 20;

    private final String databaseName;
    private final UUID databaseId;
    private final DatabasePaths paths;
    private final LostLog lostLog;
    private final PrimaryClient primary;
    private final EpochPromise promise;
    private final FollowerListener listener;
    private final FollowerSettings settings;
    private final FirstCopy firstCopy;
    private final Executor background;
    private final MonotonicClock clock;
    private final ReopenPauses reopenPauses = new ReopenPauses();

    /** Moved whenever the thread has to look again at what it waits or works for. */
    private final PositionGate news = new PositionGate(Txid.ZERO);

    /** The highest epoch below which nothing is appended any more, once {@link #barred} was noticed. */
    private final PositionGate barredUpTo = new PositionGate(Txid.ZERO);

    private volatile long barred;
    private final Thread thread;
    private volatile boolean stopping;
    private volatile @Nullable Call call;
    private @Nullable OpenDatabase database;
    private @Nullable Replica replica;
    private @Nullable String lastProblem;

    /** @param opened the database if it is open already (the node was primary), else null */
    public FollowerLoop(
            String databaseName,
            UUID databaseId,
            DatabasePaths paths,
            @Nullable OpenDatabase opened,
            PrimaryClient primary,
            EpochPromise promise,
            FollowerListener listener,
            FollowerSettings settings,
            FirstCopy firstCopy,
            Executor background,
            MonotonicClock clock) {
        this.databaseName = databaseName;
        this.databaseId = databaseId;
        this.paths = paths;
        this.lostLog = new LostLog(paths);
        this.database = opened;
        this.primary = primary;
        this.promise = promise;
        this.listener = listener;
        this.settings = settings;
        this.firstCopy = firstCopy;
        this.background = background;
        this.clock = clock;
        this.thread = NamedThreads.single("follow-" + databaseName, this::run);
    }

    public void start() {
        thread.start();
    }

    /**
     * Ends following and lets the replica file's write lock go. Answers the open database, if there is one; one whose
     * log has failed is closed, so that the next role opens it anew.
     *
     * @throws IOException if the replica file cannot be let go in good order
     */
    public @Nullable OpenDatabase stop() throws IOException, SQLException, InterruptedException {
        stopping = true;
        interruptAttempt();
        thread.join();
        Replica open = replica;
        OpenDatabase opened = database;
        if (open == null || opened == null) {
            return opened;
        }
        if (open.isLogFailed()) {
            closeAll(open, opened);
            return null;
        }
        replica = null;
        return open.settle();
    }

    /**
     * Ends what is on its way from a primary of an older epoch, which must be promised away before. When this returns, the
     * log holds nothing that is not durable, and nothing of a lower epoch can be appended any more.
     *
     * @return whether that was done before the deadline
     */
    public boolean bar(Epoch below, Deadline deadline) throws InterruptedException {
        barred = Math.max(barred, below.value());
        interruptAttempt();
        return barredUpTo.await(below.value(), deadline);
    }

    private void interruptAttempt() {
        news.advance(news.currentValue() + 1);
        Call waiting = call;
        if (waiting != null) {
            waiting.cancel();
        }
    }

    private boolean mustEndAttempt() {
        return stopping || barred > barredUpTo.currentValue();
    }

    /** Between two attempts: no stream is open, and the next one is refused by the promise if it is of a lower epoch. */
    private void confirmBar() {
        long below = barred;
        OpenDatabase opened = database;
        if (!canConfirm(below, opened)) {
            return;
        }
        try {
            if (opened != null) {
                Position ignored = opened.log().sync();
            }
            barredUpTo.advance(below);
        } catch (IOException failed) {
            report(failed);
        }
    }

    /** What a failed log holds, or one that could not be opened, is known only when it is opened again. */
    private boolean canConfirm(long below, @Nullable OpenDatabase opened) {
        boolean known = opened == null
                ? !DatabaseFounding.isFounded(paths)
                : !opened.log().isFailed();
        return known && below > barredUpTo.currentValue();
    }

    private void run() {
        while (!stopping) {
            confirmBar();
            try {
                attempt();
                lastProblem = null;
            } catch (RefusedRecordException refused) {
                report(refused);
                requestResync(refused);
            } catch (DivergedException diverged) {
                report(diverged);
                requestResync(diverged);
            } catch (ForeignWriteException foreign) {
                lastProblem = null; // each one is news, however alike they look
                report(foreign);
                quarantine(foreign);
            } catch (IOException | SQLException | RuntimeException failure) {
                report(failure);
            }
            confirmBar();
            pause();
        }
    }

    /** From here to the end of one stream. */
    private void attempt() throws IOException, SQLException {
        Replica current = openReplica();
        if (current.mustResync()) {
            current.resync(resyncClient());
        }
        new StreamSession(
                        databaseName,
                        primary,
                        promise,
                        current,
                        lostLog,
                        this::track,
                        this::mustEndAttempt,
                        settings,
                        listener,
                        clock)
                .run();
    }

    private Replica openReplica() throws IOException, SQLException {
        Replica open = replica;
        OpenDatabase opened = database;
        if (open != null && opened != null) {
            if (!open.isLogFailed()) {
                return open;
            }
            requireRoom(); // as long as it lasts, better no progress than a replica file without its write lock
            LOG.log(Level.INFO, "{0}: the log, which had failed, is opened anew", databaseName);
            closeAll(open, opened);
            opened = null;
        }
        if (opened == null) {
            opened = openDatabase();
            database = opened;
            listener.opened(opened);
        }
        open = Replica.open(databaseName, opened, settings, listener, background, clock);
        replica = open;
        return open;
    }

    private void requireRoom() throws IOException {
        try {
            DurableFiles.requireRoom(paths.stateDirectory(), ROOM_BYTES);
        } catch (IOException full) {
            throw new IOException(
                    "The log has failed, and " + paths.stateDirectory() + " does not take " + ROOM_BYTES
                            + " bytes yet: " + full.getMessage() + ". The replica can be read but stands still. Make"
                            + " room; the node goes on by itself.",
                    full);
        }
    }

    private void closeAll(Replica open, OpenDatabase opened) throws IOException {
        listener.closing();
        replica = null;
        database = null;
        try (opened) {
            open.abandon();
        }
    }

    private OpenDatabase openDatabase() throws IOException, SQLException {
        if (!DatabaseFounding.isFounded(paths)) {
            DatabaseFounding.refuseForeignFile(paths);
            if (!firstCopy.found(paths, databaseId, this::mustEndAttempt)) {
                Bootstrap.run(paths, databaseId, resyncClient(), settings.store(), clock);
            }
        }
        CheckpointRecord record = CheckpointRecord.read(paths.checkpointFile())
                .orElseThrow(() -> new IOException(paths.checkpointFile() + " vanished"));
        if (!record.databaseId().equals(databaseId)) {
            throw new IOException("The primary's database " + databaseName + " is " + databaseId + ", but "
                    + paths.databaseFile() + " is " + record.databaseId()
                    + ": another database of the same name. Nothing was changed. Move it and its directory "
                    + paths.stateDirectory() + " away if this node is to follow.");
        }
        try {
            return Recovery.open(paths, record, settings.store(), clock);
        } catch (LogCorruptedException damaged) {
            lostLog.note(String.valueOf(damaged.getMessage()));
            Path aside = LogRepair.setAside(paths.logDirectory(), "corrupted", clock);
            LOG.log(
                    Level.WARNING,
                    "{0}: {1}. The log is set aside as {2}; the primary sends what this node lacks.",
                    databaseName,
                    damaged.getMessage(),
                    aside);
            return Recovery.open(paths, record, settings.store(), clock);
        }
    }

    private ResyncClient resyncClient() {
        return new ResyncClient(databaseName, primary, promise, this::track);
    }

    private void requestResync(Exception why) {
        Replica current = replica;
        if (current != null) {
            current.requestResync(String.valueOf(why.getMessage()));
        }
    }

    private void quarantine(ForeignWriteException foreign) {
        Replica current = replica;
        if (current != null) {
            current.quarantine(foreign.foreignWrite());
        }
    }

    private Call track(Call next) {
        call = next;
        if (mustEndAttempt()) {
            next.cancel();
        }
        return next;
    }

    private void report(Exception problem) {
        String text = String.valueOf(problem.getMessage());
        if (!stopping && !text.equals(lastProblem)) {
            lastProblem = text;
            boolean expected = problem instanceof IOException;
            LOG.log(Level.WARNING, databaseName + ": " + text, expected ? null : problem);
        }
        listener.problem(text);
        if (problem instanceof SQLException) {
            listener.health(Health.FAILED);
        }
    }

    private void pause() {
        long seen = news.currentValue();
        if (stopping || canConfirm(barred, database)) {
            return;
        }
        try {
            Replica current = replica;
            Duration pause = current != null && current.isLogFailed()
                    ? reopenPauses.next(current.log().durableHead())
                    : settings.retryInterval();
            boolean ignored = news.await(seen + 1, Deadline.after(pause, clock));
        } catch (InterruptedException stopped) {
            stopping = true;
        }
    }
}
