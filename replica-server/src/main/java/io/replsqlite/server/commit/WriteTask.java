package io.replsqlite.server.commit;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One write on its way through the writer: waits, runs, is captured, becomes durable, is answered. */
final class WriteTask<T extends @Nullable Object> {
    private final WriteWork<T> work;
    private final Deadline startBy;
    private final CompletableFuture<Acknowledged<T>> future = new CompletableFuture<>();
    private @Nullable T result;
    private byte[] outcome = WriteWork.NO_OUTCOME;
    private Position position = Position.START;

    /** What SQLite refused in the shared transaction at hand; holds only if that transaction commits. */
    private @Nullable Exception refusal;

    WriteTask(WriteWork<T> work, Deadline startBy) {
        this.work = work;
        this.startBy = startBy;
    }

    CompletableFuture<Acknowledged<T>> future() {
        return future;
    }

    WriteWork.Sharing sharing() {
        return work.sharing();
    }

    boolean canShareWith(WriteTask<?> other) {
        return sharing() == WriteWork.Sharing.SHARED
                && other.sharing() == WriteWork.Sharing.SHARED
                && sessionSettings().equals(other.sessionSettings());
    }

    boolean isInteractive() {
        return sharing() == WriteWork.Sharing.INTERACTIVE;
    }

    /** What travels with the commit in log and stream; known once the work has run. */
    byte[] outcome() {
        return outcome;
    }

    boolean isLate() {
        return startBy.hasPassed();
    }

    Map<String, String> sessionSettings() {
        return work.sessionSettings();
    }

    void run(Connection connection) throws SQLException {
        refusal = null;
        T produced = work.run(connection);
        outcome = work.outcome(produced);
        result = produced;
    }

    boolean goesOnAfter(SQLException refusedCommit) {
        return work.goesOnAfter(refusedCommit);
    }

    void refused(Exception why) {
        refusal = why;
    }

    boolean isRefused() {
        return refusal != null;
    }

    void failAsRefused() {
        Exception why = refusal;
        if (why == null) {
            throw new IllegalStateException("the write was not refused");
        }
        fail(why);
    }

    /** What was done is in the log, not yet durable. */
    void captured(Position newPosition) {
        position = newPosition;
    }

    @SuppressWarnings("NullAway") // run() has set the result, to null only where T allows it
    void acknowledge() {
        boolean ignored = future.complete(new Acknowledged<>(result, position));
    }

    void fail(Exception failure) {
        boolean ignored = future.completeExceptionally(failure);
    }
}
