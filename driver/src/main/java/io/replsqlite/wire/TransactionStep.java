package io.replsqlite.wire;

import io.replsqlite.base.Durability;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One step of a transaction that runs at the primary. The first step begins it.
 *
 * @param transaction chosen by the client
 * @param sequence 1 for the first step, then one more each; the same number asks for the same answer again
 * @param settings of the connection; what cannot change inside a transaction counts from the first step
 */
public record TransactionStep(
        RequestId transaction,
        long sequence,
        String database,
        Map<String, String> settings,
        Epoch epoch,
        Action action) {

    /** What the step does. */
    public sealed interface Action {}

    /** Runs statements. A failure leaves the transaction open and what ran before it in place, as SQLite does. */
    public record Execute(ExecuteRequest request) implements Action {}

    /**
     * Goes on from a snapshot of a replica; the first step or none. Refused with SQLITE_BUSY_SNAPSHOT, and the transaction
     * ended, if the database has changed since and so has what the client has read there.
     *
     * @param epoch of the snapshot, or an earlier state
     * @param txid likewise
     * @param unrepeatable why only an unchanged database will do; null if the reads are complete
     * @param timeoutMillis as in {@link ExecuteRequest}
     */
    public record Upgrade(
            Epoch epoch,
            Txid txid,
            List<RecordedRead> reads,
            @Nullable String unrepeatable,
            long timeoutMillis) implements Action {}

    /** Sets, releases or rolls back to a savepoint. */
    public record Savepoint(Verb verb, String name) implements Action {
        public Savepoint {
            if (name.isEmpty()) {
                throw new IllegalArgumentException("a savepoint has a name");
            }
        }
    }

    /** The next page of a result. */
    public record Fetch(long cursor) implements Action {}

    /** The rest of a result is not wanted. */
    public record Close(long cursor) implements Action {}

    /**
     * @param id names the outcome through all attempts
     * @param durability as in {@link ExecuteRequest}
     */
    public record Commit(RequestId id, Durability durability) implements Action {
        public Commit(RequestId id) {
            this(id, Durability.LOCAL);
        }
    }

    public record Rollback() implements Action {}

    public enum Verb {
        SAVEPOINT,
        RELEASE,
        ROLLBACK_TO
    }

    public TransactionStep {
        if (sequence < 1) {
            throw new IllegalArgumentException("steps count from 1: " + sequence);
        }
    }

    /** The id that the answer carries: the request's or the commit's own, else the transaction's. */
    public RequestId answerId() {
        if (action instanceof Execute execute) {
            return execute.request().id();
        }
        return action instanceof Commit commit ? commit.id() : transaction;
    }

    public boolean isFirst() {
        return sequence == 1;
    }
}
