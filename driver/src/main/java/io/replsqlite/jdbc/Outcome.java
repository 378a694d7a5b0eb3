package io.replsqlite.jdbc;

import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import java.sql.ResultSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the last execution at the primary left for getResultSet, getUpdateCount and getGeneratedKeys.
 *
 * @param rows null unless the statement returned rows
 * @param isBatch whether the response's rows are the keys of a batch
 */
record Outcome(ExecuteResponse response, @Nullable ResultSet rows, long updateCount, boolean isBatch) {
    static final long NO_COUNT = -1;

    /** Of a statement that changes nothing and returns nothing. */
    static final Outcome NOTHING = new Outcome(ExecuteResponse.empty(new RequestId(0, 0)), null, 0, false);

    static Outcome ofBatch(ExecuteResponse response) {
        return new Outcome(response, null, NO_COUNT, true);
    }

    /** The state behind getMoreResults: nothing is left. */
    Outcome consumed() {
        return new Outcome(response, null, NO_COUNT, isBatch);
    }

    ExecuteResponse.Rows generatedKeys() {
        ExecuteResponse.Rows ofBatch = response.rows();
        if (isBatch && ofBatch != null) {
            return ofBatch;
        }
        boolean hasOne = !isBatch && response.insertedKeys();
        return ExecuteResponse.Rows.ofKeys(hasOne ? List.of(List.of(response.lastRowid())) : List.of());
    }
}
