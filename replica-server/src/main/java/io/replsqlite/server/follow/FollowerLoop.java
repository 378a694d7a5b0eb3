package io.replsqlite.server.follow;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.base.Position;
import io.replsqlite.base.PositionGate;
import io.replsqlite.base.Txid;
import io.replsqlite.server.apply.ForeignWriteException;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.log.RefusedRecordException;
import io.replsqlite.server.store.DivergedException;
import io.replsqlite.status.Health;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
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

    private final String databaseName;
    private final LocalCopy copy;
    private final PrimaryClient primary;
    private final EpochPromise promise;
    private final FollowerListener listener;
    private final FollowerSettings settings;
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
    private @Nullable String lastProblem;

    /** @param copy for this loop's thread alone, from {@link #start} until {@link #stop} has returned */
    public FollowerLoop(
            String databaseName,
            LocalCopy copy,
            PrimaryClient primary,
            EpochPromise promise,
            FollowerListener listener,
            FollowerSettings settings,
            MonotonicClock clock) {
        this.databaseName = databaseName;
        this.copy = copy;
        this.primary = primary;
        this.promise = promise;
        this.listener = listener;
        this.settings = settings;
        this.clock = clock;
        this.thread = NamedThreads.single("follow-" + databaseName, this::run);
    }

    public void start() {
        thread.start();
    }

    /** Ends following. The copy stays as the last attempt has left it. */
    public void stop() throws InterruptedException {
        stopping = true;
        interruptAttempt();
        NamedThreads.join(thread);
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
        ChangeLog log = copy.logIfOpen();
        if (!canConfirm(below, log)) {
            return;
        }
        try {
            if (log != null) {
                Position ignored = log.sync();
            }
            barredUpTo.advance(below);
        } catch (IOException failed) {
            report(failed);
        }
    }

    /** What a failed log holds, or one that could not be opened, is known only when it is opened again. */
    private boolean canConfirm(long below, @Nullable ChangeLog log) {
        boolean known = log == null ? !copy.isFounded() : !log.isFailed();
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
        Followed current = copy.open(resyncClient(), this::mustEndAttempt);
        if (current.mustResync()) {
            current.resync(resyncClient());
        }
        new StreamSession(
                        databaseName,
                        primary,
                        promise,
                        current,
                        copy.lostLog(),
                        this::track,
                        this::mustEndAttempt,
                        settings,
                        listener,
                        clock)
                .run();
    }

    private ResyncClient resyncClient() {
        return new ResyncClient(databaseName, primary, promise, this::track);
    }

    private void requestResync(Exception why) {
        Followed current = copy.current();
        if (current != null) {
            current.requestResync(String.valueOf(why.getMessage()));
        }
    }

    private void quarantine(ForeignWriteException foreign) {
        Followed current = copy.current();
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
        if (stopping || canConfirm(barred, copy.logIfOpen())) {
            return;
        }
        try {
            Followed current = copy.current();
            Duration pause = current != null && current.log().isFailed()
                    ? reopenPauses.next(current.log().durableHead())
                    : settings.retryInterval();
            boolean ignored = news.await(seen + 1, Deadline.after(pause, clock));
        } catch (InterruptedException stopped) {
            stopping = true;
        }
    }
}
