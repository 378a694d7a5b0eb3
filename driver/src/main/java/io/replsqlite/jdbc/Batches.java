package io.replsqlite.jdbc;

import io.replsqlite.session.PrimaryErrors;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;

/** JDBC's shape of a batch's result, as sqlite-jdbc fills it. */
final class Batches {
    private Batches() {}

    /** @throws BatchUpdateException if an entry failed; those before it stay */
    static long[] counts(ExecuteResponse response, int entries) throws SQLException {
        if (response.failure() != null) {
            throw failure(response.failure(), response.id(), response.counts(), entries);
        }
        return response.counts().stream().mapToLong(Long::longValue).toArray();
    }

    private static SQLException failure(ErrorResponse error, RequestId id, List<Long> done, int entries) {
        long[] counts = new long[entries];
        for (int entry = 0; entry < done.size(); entry++) {
            counts[entry] = done.get(entry);
        }
        SQLException cause = PrimaryErrors.toException(error, id);
        String message = "batch entry " + done.size() + ": " + cause.getMessage();
        return new BatchUpdateException(message, null, 0, counts, cause);
    }

    static int[] toInts(long[] counts) {
        return Arrays.stream(counts).mapToInt(count -> (int) count).toArray();
    }
}
