package io.replsqlite.jdbc;

import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import java.sql.ResultSet;
import org.jspecify.annotations.Nullable;

/**
 * What the last execution at the primary left for getResultSet, getUpdateCount and getGeneratedKeys.
 *
 * @param rows null unless the statement returned rows
 */
record Outcome(ExecuteResponse response, @Nullable ResultSet rows, long updateCount) {
    static final long NO_COUNT = -1;

    /** Of a statement that changes nothing and returns nothing. */
    static final Outcome NOTHING = new Outcome(ExecuteResponse.empty(new RequestId(0, 0)), null, 0);

    /** The state behind getMoreResults: nothing is left. */
    Outcome consumed() {
        return new Outcome(response, null, NO_COUNT);
    }

    @Nullable
    Long generatedKey() {
        return response.insertedKeys() ? response.lastRowid() : null;
    }
}
