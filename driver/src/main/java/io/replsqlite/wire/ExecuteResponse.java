package io.replsqlite.wire;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import java.sql.ResultSetMetaData;
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
     * A column as sqlite-jdbc describes it, apart from what depends on the value in each row.
     *
     * @param type its declared type's name, empty if none is declared
     * @param table the table that it comes from, empty for an expression
     * @param nullable one of the constants of ResultSetMetaData
     */
    public record Column(
            String name, String type, String table, int precision, int scale, int nullable, boolean autoIncrement) {}

    /**
     * The rows of a query or a RETURNING clause, or one page of them; a value is null, Long, Double, String or byte[].
     *
     * @param cursor what to ask for the next page; COMPLETE if these are the last
     */
    public record Rows(List<Column> columns, List<List<@Nullable Object>> values, long cursor) {
        public static final long COMPLETE = 0;

        private static final List<Column> KEY_COLUMNS =
                List.of(new Column("last_insert_rowid()", "", "", 0, 0, ResultSetMetaData.columnNullable, false));

        public Rows(List<Column> columns, List<List<@Nullable Object>> values) {
            this(columns, values, COMPLETE);
        }

        /** Generated keys, one in each row, under the name that sqlite-jdbc gives them. */
        public static Rows ofKeys(List<List<@Nullable Object>> keys) {
            return new Rows(KEY_COLUMNS, keys);
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
