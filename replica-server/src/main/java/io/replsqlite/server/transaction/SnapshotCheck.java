package io.replsqlite.server.transaction;

import io.replsqlite.base.Durability;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import io.replsqlite.server.execute.ExecuteOutcome;
import io.replsqlite.server.execute.OpenCursors;
import io.replsqlite.server.execute.PageLimits;
import io.replsqlite.server.execute.StatementExecutor;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ErrorResponse.Kind;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.ExecuteResponse.Rows;
import io.replsqlite.wire.RecordedRead;
import io.replsqlite.wire.RequestId;
import io.replsqlite.wire.RowChecksum;
import io.replsqlite.wire.TransactionStep;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether a transaction that has begun on a replica's snapshot may go on at the writer: nothing was committed since, or all
 * that its client was shown there would be shown here as well. For the writer's thread, inside the transaction.
 */
final class SnapshotCheck {
    private static final int INTERRUPT = 9;
    private static final int BUSY = 5;
    private static final int BUSY_SNAPSHOT = 517;

    private final Connection connection;
    private final StatementExecutor executor;
    private final PageLimits pages;

    SnapshotCheck(Connection connection, StatementExecutor executor, PageLimits pages) {
        this.connection = connection;
        this.executor = executor;
        this.pages = pages;
    }

    /** @param head what this transaction sees */
    ExecuteOutcome run(TransactionStep step, TransactionStep.Upgrade upgrade, Position head) throws SQLException {
        if (!step.isFirst()) {
            return refused(ErrorResponse.of(Kind.BAD_REQUEST, "Only the first step goes on from a snapshot."), step);
        }
        if (upgrade.epoch().equals(head.epoch()) && upgrade.txid().equals(head.txid())) {
            return done(step);
        }
        if (upgrade.unrepeatable() != null) {
            return changed(
                    "the database has changed, and its reads cannot be repeated: " + upgrade.unrepeatable(), step);
        }
        for (RecordedRead read : upgrade.reads()) {
            ErrorResponse difference = difference(read, step);
            if (difference != null) {
                return refused(difference, step);
            }
        }
        return done(step);
    }

    private static ExecuteOutcome done(TransactionStep step) {
        return new ExecuteOutcome.Done(ExecuteResponse.empty(step.answerId()));
    }

    private static ExecuteOutcome refused(ErrorResponse error, TransactionStep step) {
        return new ExecuteOutcome.Failed(error.withId(step.answerId()));
    }

    private static ExecuteOutcome changed(String why, TransactionStep step) {
        return refused(busySnapshot(why), step);
    }

    /** SQLite's own answer to a write on a snapshot that is not the newest. */
    private static ErrorResponse busySnapshot(String why) {
        String message = "[SQLITE_BUSY_SNAPSHOT] The transaction has begun on a snapshot and cannot go on from it: "
                + why + ". Nothing was done; roll back and run it again";
        return new ErrorResponse(Kind.SQL, message, BUSY_SNAPSHOT, BUSY, "40001", false, null, null);
    }

    /** Null if the read shows the same here. */
    private @Nullable ErrorResponse difference(RecordedRead read, TransactionStep step) throws SQLException {
        if (read.rows() == 0 && !read.complete()) {
            return null; // it has shown nothing
        }
        try (OpenCursors cursors = new OpenCursors(pages)) {
            ExecuteOutcome outcome = executor.execute(request(read, step), connection, cursors);
            if (outcome instanceof ExecuteOutcome.Failed failed) {
                ErrorResponse error = failed.error();
                return (error.resultCode() & 0xff) == INTERRUPT
                        ? error
                        : busySnapshot("what it has read cannot be read any more (" + error.message() + ")");
            }
            Rows first = ((ExecuteOutcome.Done) outcome).response().rows();
            boolean same = first != null && isSame(read, first, cursors);
            return same ? null : busySnapshot("what it has read there has changed since");
        }
    }

    /** One row more than was shown, where none is to follow. */
    private static ExecuteRequest request(RecordedRead read, TransactionStep step) {
        return new ExecuteRequest(
                RequestId.random(),
                step.database(),
                ExecuteRequest.Kind.READ,
                List.of(new ExecuteRequest.Statement(read.sql(), List.of(read.parameters()))),
                read.complete() ? read.rows() + 1 : read.rows(),
                false,
                Map.of(),
                Epoch.NONE,
                1,
                Txid.ZERO,
                true,
                0,
                Durability.LOCAL);
    }

    private static boolean isSame(RecordedRead read, Rows first, OpenCursors cursors) throws SQLException {
        RowChecksum checksum = new RowChecksum();
        long count = 0;
        Rows page = first;
        while (page != null) {
            page.values().forEach(checksum::add);
            count += page.values().size();
            page = page.isComplete() ? null : cursors.nextPage(page.cursor());
        }
        return count == read.rows() && checksum.hex().equals(read.checksum());
    }
}
