package io.replsqlite.server.commit;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Durability;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.base.Position;
import io.replsqlite.server.capture.Capture;
import io.replsqlite.server.checkpoint.CheckpointSchedule;
import io.replsqlite.server.commit.WriteFailedException.Outcome;
import io.replsqlite.server.quorum.CommitWaiter;
import io.replsqlite.server.quorum.Commitment;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The only writer of one database while this node is its primary.
 *
 * <p>The write path stands in {@link #serveRound}: execute and commit each waiting write, capture it, make all of them
 * durable with one sync, acknowledge. Where the voters have to have it as well, the answer waits in the {@link Commitment},
 * and the writer goes on. Between rounds it looks for commits of foreign processes, and checkpoints.
 */
public final class CommitWriter {
    private static final Logger LOG = System.getLogger(CommitWriter.class.getName());
    private static final int MAX_ROUND = 128;

    private final String databaseName;
    private final PrimaryFiles files;
    private final Capture capture;
    private final CheckpointSchedule checkpoint;
    private final BooleanSupplier holdsLease;
    private final Commitment commitment;
    private final WriteHold hold;
    private final VisibleBound visible;
    private final WriterListener listener;
    private final Duration foreignPollInterval;
    private final LinkedBlockingQueue<WriteTask<?>> queue = new LinkedBlockingQueue<>();
    private final WriteExecution execution;

    /** Taken from the queue and not begun; confined to the writer thread. */
    private final ArrayDeque<WriteTask<?>> round = new ArrayDeque<>();

    private final Thread thread;

    /** What the listener knows to be committed; confined to the writer thread once it runs. */
    private Position announced;

    private volatile boolean stopping;
    private volatile @Nullable IOException failure;

    public CommitWriter(
            String databaseName,
            PrimaryFiles files,
            CheckpointSchedule checkpoint,
            BooleanSupplier holdsLease,
            Commitment commitment,
            WriteHold hold,
            WriterListener listener,
            Duration foreignPollInterval)
            throws SQLException {
        this.databaseName = databaseName;
        this.files = files;
        this.capture = files.capture();
        this.checkpoint = checkpoint;
        this.commitment = commitment;
        this.hold = hold;
        this.visible = new VisibleBound(commitment.waitsForOthers(), listener::mayShow);
        this.execution = new WriteExecution(
                files.connection(), capture, this::refusal, this::settle, visible, this::answerRefused);
        this.holdsLease = holdsLease;
        this.listener = listener;
        this.foreignPollInterval = foreignPollInterval;
        this.announced = files.log().durableHead();
        this.thread = NamedThreads.single("write-" + databaseName, this::run);
    }

    public void start() {
        thread.start();
    }

    /** Queues a write. The future fails with {@link SQLException} (rolled back), or {@link WriteFailedException}. */
    public <T extends @Nullable Object> CompletableFuture<Acknowledged<T>> submit(WriteWork<T> work, Deadline startBy) {
        WriteTask<T> task = new WriteTask<>(work, startBy);
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

    /** After {@link #stop}: a checkpoint that copies in the background still uses the files. */
    public void awaitCopy() {
        checkpoint.awaitCopy();
    }

    private void run() {
        try {
            while (!stopping) {
                serveRound(nextTask());
                checkpoint.runIfDue();
            }
            execution.close();
        } catch (IOException | SQLException | RuntimeException | Error broken) {
            end(broken);
        } finally {
            stopping = true;
            refuseWaiting();
        }
    }

    private @Nullable WriteTask<?> nextTask() {
        if (!commitment.isOpen()) {
            return waitForOpening();
        }
        return hold.why() == null ? waitForTask() : waitWhileHeld();
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

    /** Nothing is written before the epoch's own record is committed: until then it could not be acknowledged. */
    private @Nullable WriteTask<?> waitForOpening() {
        refuseLate();
        try {
            commitment.awaitOpen(Deadline.after(foreignPollInterval, MonotonicClock.SYSTEM));
        } catch (InterruptedException ignoredHere) {
            LOG.log(Level.WARNING, "the writer of " + databaseName + " was interrupted and goes on");
        }
        return null;
    }

    /** Foreign commits are captured meanwhile, and writes whose time is over are answered. */
    private @Nullable WriteTask<?> waitWhileHeld() {
        refuseLate();
        try {
            hold.await(Deadline.after(foreignPollInterval, MonotonicClock.SYSTEM));
        } catch (InterruptedException ignoredHere) {
            LOG.log(Level.WARNING, "the writer of " + databaseName + " was interrupted and goes on");
        }
        return null;
    }

    /** Execute, commit, capture; sync once; acknowledge. */
    private void serveRound(@Nullable WriteTask<?> first) throws IOException, SQLException {
        gather(first);
        execution.execute(round);
        settle();
    }

    private void settle() throws IOException {
        captureForeign();
        acknowledgeCaptured();
    }

    /**
     * What waits by now, in order of arrival, up to a transaction whose client is waited for: that one is a round of its own.
     * Nobody in it waits for more than this round.
     */
    private void gather(@Nullable WriteTask<?> first) {
        WriteTask<?> next = first;
        while (next != null) {
            round.add(next);
            boolean full = round.size() == MAX_ROUND || next.isInteractive() || isInteractive(queue.peek());
            next = full ? null : queue.poll();
        }
    }

    private static boolean isInteractive(@Nullable WriteTask<?> task) {
        return task != null && task.isInteractive();
    }

    /** Answers the writes whose time to begin is over. For work that keeps the writer, on the writer's thread. */
    public void refuseLate() {
        queue.removeIf(task -> {
            WriteFailedException why = task.isLate() ? refusal(task) : null;
            if (why != null) {
                task.fail(why);
            }
            return why != null;
        });
    }

    /** Why a write must not start now, or null. */
    private @Nullable WriteFailedException refusal(WriteTask<?> task) {
        if (stopping) {
            return notExecuted("The node is no longer the primary of " + databaseName + "; nothing was executed.");
        }
        if (task.isLate()) {
            String held = hold.why();
            if (held != null) {
                return notExecuted("The write waited until its timeout, as " + held + "; nothing was executed.");
            }
            return notExecuted("The write waited for its turn longer than the write timeout; nothing was executed.");
        }
        return holdsLease.getAsBoolean() ? null : notExecuted("The node's lease has run out; nothing was executed.");
    }

    private void captureForeign() throws IOException {
        if (capture.isBehind()) {
            Capture.Captured found = capture.capture(null);
            LOG.log(Level.DEBUG, "captured {0} commits of other processes in {1}", found.commits(), databaseName);
        }
    }

    private void acknowledgeCaptured() throws IOException {
        Position head = files.log().head();
        visible.settledAt(head.txid());
        if (head.equals(announced) && execution.captured().isEmpty()) {
            return; // what a checkpoint has captured and synced is durable, but nobody has heard of it
        }
        Position durable = files.log().sync();
        if (!commitment.waitsForOthers() && !holdsLease.getAsBoolean()) { // else the voters' word is the proof
            throw new LeaseOverException();
        }
        commitment.durableHere(durable);
        announced = durable;
        execution.captured().forEach(task -> task.acknowledge(commitment));
        execution.captured().clear();
    }

    /** Why SQLite refused a write may tell of commits before it; so it is told when those are committed. */
    private void answerRefused(WriteTask<?> task, Exception why) {
        if (!commitment.waitsForOthers() || task.isInteractive()) {
            task.fail(why);
            return;
        }
        Durability level = commitment.levelFor(Durability.LOCAL);
        commitment.whenReached(level, capture.position().txid(), new CommitWaiter() {
            @Override
            public void committed() {
                task.fail(why);
            }

            @Override
            public void late() {
                task.fail(notExecuted("SQLite refused the write, for a reason that is not committed yet."));
            }

            @Override
            public void ended(String ended) {
                task.fail(notExecuted("SQLite refused the write, and " + ended + "."));
            }
        });
    }

    private void end(Throwable broken) {
        stopping = true;
        IOException cause = broken instanceof IOException io
                ? io
                : new IOException("The writer of " + databaseName + " ended: " + broken, broken);
        failure = cause;
        for (WriteTask<?> task : execution.unanswered()) { // failing what is answered already changes nothing
            task.fail(new WriteFailedException(
                    Outcome.UNKNOWN,
                    "The write may be in SQLite, but it was not made durable in the log (" + cause.getMessage()
                            + "). It may or may not be found after the node restarts.",
                    cause));
        }
        listener.failed(cause);
    }

    private void refuseWaiting() {
        IOException cause = failure;
        String why = cause == null
                ? "The node is no longer the primary of " + databaseName + "; nothing was executed."
                : "The node has stopped writing (" + cause.getMessage() + "); nothing was executed.";
        round.forEach(task -> task.fail(notExecuted(why)));
        round.clear();
        for (WriteTask<?> task = queue.poll(); task != null; task = queue.poll()) {
            task.fail(notExecuted(why));
        }
    }

    private static WriteFailedException notExecuted(String message) {
        return new WriteFailedException(Outcome.NOT_EXECUTED, message);
    }
}
