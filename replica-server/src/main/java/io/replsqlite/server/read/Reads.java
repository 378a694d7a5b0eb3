package io.replsqlite.server.read;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.base.Position;
import io.replsqlite.local.SqliteErrors;
import io.replsqlite.server.commit.PrimaryFiles;
import io.replsqlite.server.execute.ExecuteOutcome;
import io.replsqlite.server.execute.PageLimits;
import io.replsqlite.server.execute.StatementControl;
import io.replsqlite.server.execute.StatementControl.Reason;
import io.replsqlite.server.execute.StatementExecutor;
import io.replsqlite.server.quorum.Commitment;
import io.replsqlite.server.sqlite.SqliteFiles;
import io.replsqlite.wire.CursorRequest;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ErrorResponse.Kind;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** The reads of one database while this node is its primary. Safe for any thread. */
public final class Reads {
    private static final long LOOK_MILLIS = 500;

    private final StatementExecutor executor;
    private final PageLimits pages;
    private final Duration idleLimit;
    private final BooleanSupplier holdsLease;
    private final MonotonicClock clock;
    private final Readers readers;
    private final ReadBarrier barrier;
    /** At most max-readers. A request that arrives twice is two of them, as it changes nothing: the client hears one answer. */
    private final Set<OpenRead> open = ConcurrentHashMap.newKeySet();

    private final ScheduledExecutorService watch;
    private volatile boolean closed;

    public Reads(
            String databaseName,
            SqliteFiles sqlite,
            PrimaryFiles files,
            Commitment commitment,
            StatementExecutor executor,
            PageLimits pages,
            int maxReaders,
            Duration idleLimit,
            BooleanSupplier holdsLease,
            MonotonicClock clock) {
        this.executor = executor;
        this.pages = pages;
        this.idleLimit = idleLimit;
        this.holdsLease = holdsLease;
        this.clock = clock;
        this.readers = new Readers(sqlite::connect, maxReaders);
        this.barrier = new ReadBarrier(sqlite.walIndex(), files.capture(), files.log(), commitment);
        this.watch = Executors.newSingleThreadScheduledExecutor(NamedThreads.of("reads-" + databaseName));
        var ignored = watch.scheduleWithFixedDelay(this::endIdle, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** How many run or are unfinished. */
    public int count() {
        return open.size();
    }

    /** @param startBy how long it may wait for a connection, and for what it saw to be durable */
    public ExecuteOutcome execute(ExecuteRequest request, Deadline startBy) throws IOException, InterruptedException {
        OpenRead read;
        try {
            Reader reader = readers.acquire(startBy);
            if (reader == null) {
                return failed(Kind.OVERLOADED, "All max-readers connections for reads are taken.", request.id());
            }
            read = new OpenRead(request.id(), reader, readers, pages, clock);
        } catch (SQLException failure) {
            return new ExecuteOutcome.Failed(SqliteErrors.toResponse(failure).withId(request.id()));
        }
        open.add(read);
        boolean keep = false;
        try {
            ExecuteOutcome outcome = timed(request.timeoutMillis(), use -> read.execute(request, executor, use));
            outcome = outcome instanceof ExecuteOutcome.Done done ? onceDurable(done.response(), startBy) : outcome;
            keep = outcome instanceof ExecuteOutcome.Done && read.isUnfinished() && !closed;
            return outcome;
        } finally {
            if (!keep) {
                end(read);
            }
        }
    }

    private ExecuteOutcome onceDurable(ExecuteResponse response, Deadline deadline)
            throws IOException, InterruptedException {
        Position seen = barrier.await(deadline);
        if (seen == null || !holdsLease.getAsBoolean()) {
            return failed(Kind.NO_PRIMARY, "What was read is not committed yet, or the lease is lost.", response.id());
        }
        return new ExecuteOutcome.Done(response.at(seen.epoch(), seen.txid()));
    }

    /** The next page of an unfinished read, or its end. */
    public ExecuteOutcome fetch(CursorRequest request) {
        OpenRead read = openRead(request);
        if (read == null) {
            return request.close()
                    ? new ExecuteOutcome.Done(ExecuteResponse.empty(request.id()))
                    : OpenRead.closed(request.id());
        }
        ExecuteOutcome outcome;
        if (request.close()) {
            read.close(request.cursor());
            outcome = new ExecuteOutcome.Done(ExecuteResponse.empty(request.id()));
        } else {
            outcome = timed(0, use -> read.fetch(request.cursor(), use));
        }
        if (!read.isUnfinished() || closed) {
            end(read);
        }
        return outcome;
    }

    private @Nullable OpenRead openRead(CursorRequest request) {
        for (OpenRead read : open) {
            if (read.id().equals(request.id()) && read.has(request.cursor())) {
                return read;
            }
        }
        return null;
    }

    private interface Controlled {
        ExecuteOutcome run(StatementControl control);
    }

    private ExecuteOutcome timed(long timeoutMillis, Controlled part) {
        StatementControl control = new StatementControl();
        ScheduledFuture<?> alarm = timeoutMillis == 0
                ? null
                : watch.schedule(() -> control.stop(Reason.TIMED_OUT), timeoutMillis, TimeUnit.MILLISECONDS);
        try {
            return part.run(control);
        } finally {
            if (alarm != null) {
                alarm.cancel(false);
            }
        }
    }

    /** Interrupts a read, if it runs. @return whether there is one */
    public boolean cancel(RequestId id) {
        boolean found = false;
        for (OpenRead read : open) {
            if (read.id().equals(id)) {
                read.stop(Reason.CANCELLED);
                found = true;
            }
        }
        return found;
    }

    private void end(OpenRead read) {
        read.end();
        open.remove(read);
    }

    private void endIdle() {
        open.removeIf(read -> read.endIfIdleFor(idleLimit.toNanos()));
    }

    private static ExecuteOutcome failed(Kind kind, String why, @Nullable RequestId id) {
        ErrorResponse error = ErrorResponse.of(kind, why);
        return new ExecuteOutcome.Failed(id == null ? error : error.withId(id));
    }

    /** Interrupts what runs, and closes every connection, at the latest when its read has noticed. */
    public void close() {
        closed = true;
        watch.shutdownNow();
        for (OpenRead read : open) {
            read.stop(Reason.SHUTDOWN);
            end(read);
        }
        readers.close();
    }
}
