package io.replsqlite.wire;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request did. The field names are explained in the package documentation. */
public record ExecuteResponse(
        RequestId id,
        Epoch epoch,
        Txid txid,
        List<Long> counts,
        long totalChanges,
        long lastRowid,
        boolean insertedKeys,
        @Nullable Rows rows,
        @Nullable ErrorResponse failure) {

    /**
     * A column as sqlite-jdbc describes it on the first row.
     *
     * @param type its type's name
     * @param table the table that it comes from, empty for an expression
     * @param jdbcType one of java.sql.Types
     */
    public record Column(String name, String type, String table, int jdbcType, int precision, int scale) {}

    /**
     * The rows of a query or a RETURNING clause, or one page of them; a value is null, Long, Double, String or byte[].
     *
     * @param cursor what to ask for the next page; COMPLETE if these are the last
     */
    public record Rows(List<Column> columns, List<List<@Nullable Object>> values, long cursor) {
        public static final long COMPLETE = 0;

        public Rows(List<Column> columns, List<List<@Nullable Object>> values) {
            this(columns, values, COMPLETE);
        }

        public boolean isComplete() {
            return cursor == COMPLETE;
        }
    }

    /** An answer without rows and without a commit. */
    public static ExecuteResponse empty(RequestId id) {
        return new ExecuteResponse(id, Epoch.NONE, Txid.ZERO, List.of(), 0, 0, false, null, null);
    }

    /** A page that is not the first. */
    public static ExecuteResponse page(RequestId id, Rows rows) {
        return new ExecuteResponse(id, Epoch.NONE, Txid.ZERO, List.of(), 0, 0, false, rows, null);
    }

    /** The same result for whoever does without its rows. */
    public ExecuteResponse withoutRows() {
        return new ExecuteResponse(id, epoch, txid, counts, totalChanges, lastRowid, insertedKeys, null, failure);
    }

    /** The same result, with the place of its commit filled in. */
    public ExecuteResponse at(Epoch commitEpoch, Txid commitTxid) {
        return new ExecuteResponse(
                id, commitEpoch, commitTxid, counts, totalChanges, lastRowid, insertedKeys, rows, failure);
    }
}
