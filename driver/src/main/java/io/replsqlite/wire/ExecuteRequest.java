package io.replsqlite.wire;

import io.replsqlite.base.Durability;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Statements to run at the primary, together in one transaction of their own, or in one that a {@link TransactionStep}
 * names.
 *
 * @param attempt 1 for the first time that this request is sent; every attempt of one request carries its id
 * @param since a txid that was committed before the first attempt: whatever the request did comes after it
 * @param paged whether a long result may come page by page; without it, it comes whole or not at all
 * @param timeoutMillis how long it may take from its arrival on; then it is interrupted and undone. 0: no such limit
 * @param durability what the write must have before it is answered, at least; the node may give more. For a step of a
 *     transaction its COMMIT says so
 * @param counters where a statement asks for them; null if none does
 */
public record ExecuteRequest(
        RequestId id,
        String database,
        Kind kind,
        List<Statement> statements,
        long maxRows,
        boolean generatedKeys,
        Map<String, String> settings,
        Epoch epoch,
        int attempt,
        Txid since,
        boolean paged,
        long timeoutMillis,
        Durability durability,
        @Nullable Counters counters) {

    /**
     * What last_insert_rowid(), changes() and total_changes() say on the client's own connection.
     *
     * @param lastRowid key of the row that it inserted last
     * @param changes rows that its last statement changed
     * @param totalChanges rows that it has changed in all
     */
    public record Counters(long lastRowid, long changes, long totalChanges) {
        public static final Counters NONE = new Counters(0, 0, 0);

        public Counters {
            if (changes < 0 || totalChanges < 0) {
                throw new IllegalArgumentException("counters are never negative: " + changes + ", " + totalChanges);
            }
        }
    }

    /** A request that does not ask for its connection's counters. */
    public ExecuteRequest(
            RequestId id,
            String database,
            Kind kind,
            List<Statement> statements,
            long maxRows,
            boolean generatedKeys,
            Map<String, String> settings,
            Epoch epoch,
            int attempt,
            Txid since,
            boolean paged,
            long timeoutMillis,
            Durability durability) {
        this(
                id,
                database,
                kind,
                statements,
                maxRows,
                generatedKeys,
                settings,
                epoch,
                attempt,
                since,
                paged,
                timeoutMillis,
                durability,
                null);
    }

    /** A request whose result comes whole, without a limit of time. */
    public ExecuteRequest(
            RequestId id,
            String database,
            Kind kind,
            List<Statement> statements,
            long maxRows,
            boolean generatedKeys,
            Map<String, String> settings,
            Epoch epoch,
            int attempt,
            Txid since) {
        this(
                id,
                database,
                kind,
                statements,
                maxRows,
                generatedKeys,
                settings,
                epoch,
                attempt,
                since,
                false,
                0,
                Durability.LOCAL);
    }

    /** What the client takes the statements for; the primary looks for itself. */
    public enum Kind {
        /** May write. A failure undoes the whole request. */
        WRITE,
        /** May write. Stops at the first failure, what ran before it stays. */
        BATCH,
        /** A read that must see the primary's state; refused if it would write. */
        READ
    }

    /**
     * @param parameters one list of values per execution, at least one; a value is null, Long, Double, String or byte[]
     */
    public record Statement(String sql, List<List<@Nullable Object>> parameters) {
        public Statement {
            if (parameters.isEmpty()) {
                throw new IllegalArgumentException("a statement without parameters has one empty list of them");
            }
        }

        public static Statement of(String sql) {
            return new Statement(sql, List.of(List.of()));
        }
    }

    public ExecuteRequest {
        if (statements.isEmpty()) {
            throw new IllegalArgumentException("a request has at least one statement");
        }
        if (maxRows < 0) {
            throw new IllegalArgumentException("maxRows is never negative: " + maxRows);
        }
        if (attempt < 1) {
            throw new IllegalArgumentException("attempts count from 1: " + attempt);
        }
        if (timeoutMillis < 0) {
            throw new IllegalArgumentException("timeoutMillis is never negative: " + timeoutMillis);
        }
    }

    /** The same request, with this limit of time. */
    public ExecuteRequest withTimeoutMillis(long millis) {
        return new ExecuteRequest(
                id,
                database,
                kind,
                statements,
                maxRows,
                generatedKeys,
                settings,
                epoch,
                attempt,
                since,
                paged,
                millis,
                durability,
                counters);
    }

    /** The same request, sent once more. */
    public ExecuteRequest again() {
        return new ExecuteRequest(
                id,
                database,
                kind,
                statements,
                maxRows,
                generatedKeys,
                settings,
                epoch,
                attempt + 1,
                since,
                paged,
                timeoutMillis,
                durability,
                counters);
    }
}
