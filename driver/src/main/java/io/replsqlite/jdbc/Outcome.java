package io.replsqlite.jdbc;

import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the last execution at the primary left for getResultSet, getUpdateCount and getGeneratedKeys.
 *
 * @param rows null unless the statement returned rows
 * @param keys what the response tells of generated keys
 */
record Outcome(ExecuteResponse response, @Nullable ResultSet rows, long updateCount, Keys keys) {
    static final long NO_COUNT = -1;

    /** Of a statement that changes nothing and returns nothing. */
    static final Outcome NOTHING = new Outcome(ExecuteResponse.empty(new RequestId(0, 0)), null, 0, Keys.OF_ONE);

    enum Keys {
        /** The last one, if a row was inserted. */
        OF_ONE,
        /** Nobody has asked for those of the batch. */
        NOT_ASKED,
        /** The response's rows are the keys of the batch. */
        OF_BATCH
    }

    static Outcome ofBatch(ExecuteResponse response, boolean wantsKeys) {
        return new Outcome(response, null, NO_COUNT, wantsKeys ? Keys.OF_BATCH : Keys.NOT_ASKED);
    }

    static Outcome ofOne(ExecuteResponse response, @Nullable ResultSet rows, long updateCount) {
        return new Outcome(response, rows, updateCount, Keys.OF_ONE);
    }

    /** The state behind getMoreResults: nothing is left. */
    Outcome consumed() {
        return new Outcome(response, null, NO_COUNT, keys);
    }

    /** @throws SQLException if there are keys that are not known any more */
    ExecuteResponse.Rows generatedKeys() throws SQLException {
        ExecuteResponse.Rows ofBatch = response.rows();
        if (keys == Keys.OF_BATCH && ofBatch != null) {
            return ofBatch;
        }
        if (keys == Keys.OF_BATCH && response.insertedKeys()) {
            throw new SQLException(
                    "the batch was executed, and its generated keys are not known any more: the first answer"
                            + " was lost, and what is kept of a long one has no keys. Ask for them with a query.");
        }
        boolean hasOne = keys == Keys.OF_ONE && response.insertedKeys();
        return ExecuteResponse.Rows.ofKeys(hasOne ? List.of(List.of(response.lastRowid())) : List.of());
    }
}
