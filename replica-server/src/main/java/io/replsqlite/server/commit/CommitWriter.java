package io.replsqlite.server.commit;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.base.Position;
import io.replsqlite.server.capture.Capture;
import io.replsqlite.server.checkpoint.CheckpointSchedule;
import io.replsqlite.server.commit.WriteFailedException.Outcome;
import io.replsqlite.server.wal.WalMark;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The only writer of one database while this node is its primary.
 *
 * <p>The write path stands in {@link #serveRound}: execute and commit each waiting write, capture it, make all of them
 * durable with one sync, acknowledge. Between rounds it looks for commits of foreign processes, and checkpoints.
 */
public final class CommitWriter {
    private static final Logger LOG = System.getLogger(CommitWriter.class.getName());
    private static final int MAX_ROUND = 64;

    private final String databaseName;
    private final PrimaryFiles files;
    private final Capture capture;
    private final CheckpointSchedule checkpoint;
    private final SessionSettings sessionSettings;
    private final BooleanSupplier holdsLease;
    private final WriterListener listener;
    private final Duration foreignPollInterval;
    private final LinkedBlockingQueue<WriteTask<?>> queue = new LinkedBlockingQueue<>();
    private final List<WriteTask<?>> captured = new ArrayList<>();
    private final Thread thread;

    /** The task that is executed and not yet answered; confined to the writer thread. */
    private @Nullable WriteTask<?> running;

    /** What the listener knows to be committed; confined to the writer thread once it runs. */
    private Position announced;

    private volatile boolean stopping;
    private volatile @Nullable IOException failure;

    public CommitWriter(
            String databaseName,
            PrimaryFiles files,
            CheckpointSchedule checkpoint,
            BooleanSupplier holdsLease,
            WriterListener listener,
            Duration foreignPollInterval) {
        this.databaseName = databaseName;
        this.files = files;
        this.capture = files.capture();
        this.checkpoint = checkpoint;
        this.sessionSettings = new SessionSettings(files.connection());
        this.holdsLease = holdsLease;
        this.listener = listener;
        this.foreignPollInterval = foreignPollInterval;
        this.announced = files.log().durableHead();
        this.thread = NamedThreads.single("write-" + databaseName, this::run);
    }

    public void start() {
        thread.start();
    }

    /**
     * Queues a write. The future fails with {@link SQLException} (rolled back), or {@link WriteFailedException}.
     *
     * @param outcome what travels with the commit in log and stream, made from the work's result
     * @param transactional false for statements that SQLite refuses inside a transaction, such as VACUUM
     */
    public <T extends @Nullable Object> CompletableFuture<Acknowledged<T>> submit(
            WriteWork<T> work, boolean transactional, Function<T, byte[]> outcome, Deadline startBy) {
        WriteTask<T> task = new WriteTask<>(work, transactional, outcome, startBy);
        queue.add(task);
        if (stopping && queue.remove(task)) {
            task.fail(notExecuted("The node is no longer the primary of " + databaseName + "."));
        }
        return task.future();
    }

    /** Ends after the round at hand. Writes that still wait fail as not executed. Blocks until the thread has ended. */
    public void stop() throws InterruptedException {
        stopping = true;
        thread.join();
    }

    private void run() {
        try {
            while (!stopping) {
                serveRound(waitForTask());
                checkpoint.runIfDue();
            }
            checkpoint.finishNow();
        } catch (IOException | SQLException | RuntimeException | Error broken) {
            end(broken);
            checkpoint.awaitCopy();
        } finally {
            stopping = true;
            refuseWaiting();
        }
    }

    private @Nullable WriteTask<?> waitForTask() {
        boolean interrupted = false;
        while (true) {
            try {
                return queue.poll(foreignPollInterval.toNanos(), TimeUnit.NANOSECONDS);
            } catch (InterruptedException ignoredHere) {
                interrupted = true; // nobody may interrupt this thread; go on, see the package documentation
            } finally {
                if (interrupted) {
                    LOG.log(Level.WARNING, "the writer of " + databaseName + " was interrupted and goes on");
                }
            }
        }
    }

    /** Execute, commit, capture; sync once; acknowledge. */
    private void serveRound(@Nullable WriteTask<?> first) throws IOException, SQLException {
        WriteTask<?> task = first;
        int count = 0;
        while (task != null) {
            running = task;
            execute(task);
            running = null;
            count++;
            task = count < MAX_ROUND ? queue.poll() : null;
        }
        captureForeign();
        acknowledgeCaptured();
    }

    private void execute(WriteTask<?> task) throws IOException, SQLException {
        if (stopping) {
            task.fail(notExecuted("The node is no longer the primary of " + databaseName + "; nothing was executed."));
        } else if (task.isLate()) {
            refuse(task);
        } else if (!holdsLease.getAsBoolean()) {
            task.fail(notExecuted("The node's lease has run out; nothing was executed."));
        } else if (task.transactional()) {
            executeInTransaction(task);
        } else {
            executeAlone(task);
        }
    }

    /** Answers the writes whose time to begin is over. For work that keeps the writer, on the writer's thread. */
    public void refuseLate() {
        queue.removeIf(task -> task.isLate() && refuse(task));
    }

    private static boolean refuse(WriteTask<?> late) {
        late.fail(notExecuted("The write waited for its turn longer than the write timeout; nothing was executed."));
        return true;
    }

    private void executeInTransaction(WriteTask<?> task) throws IOException, SQLException {
        WalMark before;
        try {
            sessionSettings.apply(task.sessionSettings());
            sql("begin immediate");
            before = capture.walEnd();
        } catch (SQLException refused) {
            task.fail(refused);
            return;
        }
        if (task.isInteractive()) {
            captureForeign();
            acknowledgeCaptured(); // nobody else's answer waits for this client
        }
        try {
            task.run(files.connection());
        } catch (SQLException | RuntimeException refused) {
            endTransaction();
            task.fail(refused);
            return;
        }
        commit(task, before);
    }

    private void commit(WriteTask<?> task, WalMark before) throws IOException, SQLException {
        try {
            sql("commit");
        } catch (SQLException refused) {
            boolean grown = !capture.walEnd().equals(before); // before the lock goes: later a foreign commit may come
            endTransaction();
            task.fail(
                    grown
                            ? new WriteFailedException(
                                    Outcome.UNKNOWN, "COMMIT failed and yet the WAL has grown", refused)
                            : refused);
            return;
        }
        captureOwn(task, before, Capture.Owned.FIRST);
    }

    /** A statement that is its own transaction. Foreign commits may come in between; the last one found is taken for it. */
    private void executeAlone(WriteTask<?> task) throws IOException {
        Position unused = capture.capture(null).own();
        WalMark before = capture.walEnd();
        try {
            task.run(files.connection());
        } catch (SQLException | RuntimeException refused) {
            task.fail(refused);
            return;
        }
        captureOwn(task, before, Capture.Owned.LAST);
    }

    private void captureOwn(WriteTask<?> task, WalMark before, Capture.Owned which) throws IOException {
        captured.add(task);
        FailurePoint.CAPTURE_COMMITTED.reached();
        Position own = capture.capture(new Capture.OwnCommit(before, which, task.outcome()))
                .own();
        task.captured(own != null ? own : capture.position());
    }

    /** SQLite ends a transaction itself after some errors; the savepoint makes the rollback right in either case. */
    private void endTransaction() throws SQLException {
        sql("savepoint replsqlite_end");
        sql("rollback");
    }

    private void captureForeign() throws IOException {
        if (capture.isBehind()) {
            Capture.Captured found = capture.capture(null);
            LOG.log(Level.DEBUG, "captured {0} commits of other processes in {1}", found.commits(), databaseName);
        }
    }

    private void acknowledgeCaptured() throws IOException {
        Position head = files.log().head();
        if (head.equals(announced) && captured.isEmpty()) {
            return; // what a checkpoint has captured and synced is durable, but nobody has heard of it
        }
        Position durable = files.log().sync();
        if (!holdsLease.getAsBoolean()) {
            throw new IOException("the lease ran out between commit and acknowledgement");
        }
        listener.committed(durable);
        announced = durable;
        captured.forEach(WriteTask::acknowledge);
        captured.clear();
    }

    private void end(Throwable broken) {
        stopping = true;
        IOException cause = broken instanceof IOException io
                ? io
                : new IOException("The writer of " + databaseName + " ended: " + broken, broken);
        failure = cause;
        if (running != null) {
            captured.add(running); // failing what is answered already changes nothing
            running = null;
        }
        for (WriteTask<?> task : captured) {
            task.fail(new WriteFailedException(
                    Outcome.UNKNOWN,
                    "The write may be in SQLite, but it was not made durable in the log (" + cause.getMessage()
                            + "). It may or may not be found after the node restarts.",
                    cause));
        }
        captured.clear();
        listener.failed(cause);
    }

    private void refuseWaiting() {
        IOException cause = failure;
        String why = cause == null
                ? "The node is no longer the primary of " + databaseName + "; nothing was executed."
                : "The node has stopped writing (" + cause.getMessage() + "); nothing was executed.";
        for (WriteTask<?> task = queue.poll(); task != null; task = queue.poll()) {
            task.fail(notExecuted(why));
        }
    }

    private static WriteFailedException notExecuted(String message) {
        return new WriteFailedException(Outcome.NOT_EXECUTED, message);
    }

    private void sql(String text) throws SQLException {
        Connection connection = files.connection();
        try (Statement statement = connection.createStatement()) {
            statement.execute(text);
        }
    }
}
