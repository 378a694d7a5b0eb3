package io.replsqlite.server.commit;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One write on its way through the writer: waits, runs, is captured, becomes durable, is answered. */
final class WriteTask<T extends @Nullable Object> {
    private final WriteWork<T> work;
    private final boolean transactional;
    private final Function<T, byte[]> outcome;
    private final Deadline startBy;
    private final CompletableFuture<Acknowledged<T>> future = new CompletableFuture<>();
    private @Nullable T result;
    private byte[] outcomeBytes = {};
    private Position position = Position.START;

    WriteTask(WriteWork<T> work, boolean transactional, Function<T, byte[]> outcome, Deadline startBy) {
        this.work = work;
        this.transactional = transactional;
        this.outcome = outcome;
        this.startBy = startBy;
    }

    CompletableFuture<Acknowledged<T>> future() {
        return future;
    }

    /** Whether the work runs inside a transaction that the writer begins and ends. */
    boolean transactional() {
        return transactional;
    }

    boolean isInteractive() {
        return work.isInteractive();
    }

    /** What travels with the commit in log and stream; known once the work has run. */
    byte[] outcome() {
        return outcomeBytes;
    }

    boolean isLate() {
        return startBy.hasPassed();
    }

    Map<String, String> sessionSettings() {
        return work.sessionSettings();
    }

    void run(Connection connection) throws SQLException {
        T produced = work.run(connection);
        outcomeBytes = outcome.apply(produced); // before COMMIT: what cannot be written down must not happen
        result = produced;
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
