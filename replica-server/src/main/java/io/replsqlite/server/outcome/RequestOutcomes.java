package io.replsqlite.server.outcome;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.base.DeliberateBug;
import io.replsqlite.base.Txid;
import io.replsqlite.server.commit.UnsettledWriteException;
import io.replsqlite.server.commit.WriteFailedException;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.outcome.RecordedOutcomes.Recorded;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a primary knows of recent requests: those under way, and those committed, from its own work and from the log. A
 * request that comes again is answered from here and never executed twice.
 *
 * <p>Bounded: the oldest outcomes go first. Of a repeated request that is not found, {@link #isCompleteSince} tells
 * whether that proves anything.
 */
public final class RequestOutcomes {
    private static final long MAX_BYTES = 32L << 20;

    private static final int MAX_FORBIDDEN = 10_000;

    /** What the log had when this tenure began. */
    private final RecordedOutcomes before;

    /** What this tenure has committed. */
    private final RecordedOutcomes recorded;

    /** What the log has from before is committed once this is complete, with true. */
    private final CompletableFuture<Boolean> opened;

    private final Duration commitTimeout;

    @GuardedBy("this")
    private final Map<RequestId, CompletableFuture<ExecuteResponse>> underWay = new HashMap<>();

    /** Executed, and it is not known yet whether that stays; failed where this tenure will not know. */
    @GuardedBy("this")
    private final Map<RequestId, CompletableFuture<ExecuteResponse>> undecided = new HashMap<>();

    /** Of these it was said that they did not happen: should one still arrive, it must not. */
    @GuardedBy("this")
    private final Set<RequestId> forbidden = Collections.newSetFromMap(new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<RequestId, Boolean> eldest) {
            return size() > MAX_FORBIDDEN;
        }
    });

    RequestOutcomes(RecordedOutcomes before, long maxBytes, CompletableFuture<Boolean> opened, Duration commitTimeout) {
        this.before = before;
        this.recorded = new RecordedOutcomes(Txid.ZERO, maxBytes);
        this.opened = opened;
        this.commitTimeout = commitTimeout;
    }

    /**
     * Reads what is in the log and not known yet.
     *
     * @param opened completed with true once all of that is committed, with false if it will not be known
     * @param commitTimeout how long whoever asks waits for what is not committed
     */
    public static RequestOutcomes of(
            LoggedOutcomes logged, ChangeLog log, CompletableFuture<Boolean> opened, Duration commitTimeout)
            throws IOException {
        return new RequestOutcomes(logged.all(log), MAX_BYTES, opened, commitTimeout);
    }

    /**
     * Joins the execution of this request that is under way, answers with its recorded outcome, or starts it. Of several
     * callers with one id, one starts.
     *
     * @param start executes the request; its answer is recorded when it carries a txid
     */
    public CompletableFuture<ExecuteResponse> once(RequestId id, Supplier<CompletableFuture<ExecuteResponse>> start) {
        CompletableFuture<ExecuteResponse> mine = new CompletableFuture<>();
        synchronized (this) {
            CompletableFuture<ExecuteResponse> before = executedBefore(id);
            if (before != null) {
                return before;
            }
            if (forbidden.contains(id)) {
                return CompletableFuture.failedFuture(new ForbiddenRequestException(id));
            }
            CompletableFuture<ExecuteResponse> other = underWay.putIfAbsent(id, mine);
            if (other != null) {
                return other;
            }
        }
        CompletableFuture<Void> ignored = started(start).handle((response, failure) -> {
            end(id, mine, response, failure);
            return null;
        });
        return mine;
    }

    /** A request that cannot even be started must not be waited for. */
    private static CompletableFuture<ExecuteResponse> started(Supplier<CompletableFuture<ExecuteResponse>> start) {
        try {
            return start.get();
        } catch (RuntimeException defect) {
            return CompletableFuture.failedFuture(defect);
        }
    }

    private void end(
            RequestId id,
            CompletableFuture<ExecuteResponse> waiting,
            @Nullable ExecuteResponse response,
            @Nullable Throwable failure) {
        synchronized (this) {
            underWay.remove(id);
            if (response != null && response.txid().value() > 0) {
                recorded.add(OutcomeEntry.of(response), response.epoch(), response.txid());
            } else if (failure != null && mayHaveHappened(failure) && recorded.find(id) == null) {
                undecided.putIfAbsent(id, CompletableFuture.failedFuture(unknown())); // else it would be denied
            }
        }
        boolean ignored = response != null ? waiting.complete(response) : waiting.completeExceptionally(failure);
    }

    private static boolean mayHaveHappened(Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
        return cause instanceof WriteFailedException failed && failed.outcome() == WriteFailedException.Outcome.UNKNOWN;
    }

    /** Null if it is not known to have been executed. */
    @GuardedBy("this")
    private @Nullable CompletableFuture<ExecuteResponse> executedBefore(RequestId id) {
        if (DeliberateBug.REQUEST_IDS_FORGOTTEN.isMade()) {
            return null;
        }
        Recorded own = recorded.find(id);
        Recorded known = own == null ? before.find(id) : own;
        CompletableFuture<ExecuteResponse> late = undecided.get(id);
        if (known == null) {
            return late == null ? null : inTime(late);
        }
        return opened.isDone()
                ? answered(opened.join(), known)
                : inTime(opened.thenCompose(all -> answered(all, known)));
    }

    private static CompletableFuture<ExecuteResponse> answered(boolean committed, Recorded known) {
        try {
            return committed
                    ? CompletableFuture.completedFuture(known.response())
                    : CompletableFuture.failedFuture(unknown());
        } catch (IOException malformed) {
            return CompletableFuture.failedFuture(malformed);
        }
    }

    private CompletableFuture<ExecuteResponse> inTime(CompletableFuture<ExecuteResponse> answer) {
        return answer.copy()
                .orTimeout(commitTimeout.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> {
                    if (failure instanceof CompletionException already) {
                        throw already;
                    }
                    throw new CompletionException(failure instanceof TimeoutException ? unknown() : failure);
                });
    }

    private static WriteFailedException unknown() {
        return new WriteFailedException(
                WriteFailedException.Outcome.UNKNOWN,
                "The request was executed earlier, and nobody has said yet that enough nodes have it. It may or may not be"
                        + " found.");
    }

    /** An execution was told to be late: until it is known what becomes of it, whoever asks for it waits for that. */
    public void awaitVoters(RequestId id, UnsettledWriteException unsettled) {
        CompletableFuture<ExecuteResponse> later = unsettled
                .settled()
                .thenApply(done -> ((ExecuteResponse) done.result())
                        .at(done.position().epoch(), done.position().txid()));
        synchronized (this) {
            undecided.put(id, later);
        }
        CompletableFuture<Void> ignored = later.handle((response, failure) -> {
            settle(id, response);
            return null;
        });
    }

    private synchronized void settle(RequestId id, @Nullable ExecuteResponse response) {
        if (response != null) { // else the tenure is over, and nobody asks here any more
            recorded.add(OutcomeEntry.of(response), response.epoch(), response.txid());
            undecided.remove(id);
        }
    }

    /** The recorded outcome, or the one to come of an execution under way; null if neither is known. */
    public synchronized @Nullable CompletableFuture<ExecuteResponse> find(RequestId id) {
        CompletableFuture<ExecuteResponse> before = executedBefore(id);
        return before != null ? before : underWay.get(id);
    }

    /** As {@link #find}; a request that is not found will not be executed from now on. */
    public synchronized @Nullable CompletableFuture<ExecuteResponse> findOrForbid(RequestId id) {
        CompletableFuture<ExecuteResponse> found = find(id);
        if (found == null) {
            forbidden.add(id);
        }
        return found;
    }

    /** Whether every request that was committed after {@code txid} would be found here. */
    public boolean isCompleteSince(Txid txid) {
        return before.isCompleteSince(txid) && recorded.isCompleteSince(txid);
    }
}
