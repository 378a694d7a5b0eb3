package io.replsqlite.server.commit;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.DeliberateBug;
import io.replsqlite.base.Durability;
import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.Position;
import io.replsqlite.server.commit.WriteFailedException.Outcome;
import io.replsqlite.server.quorum.CommitWaiter;
import io.replsqlite.server.quorum.Commitment;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One write on its way through the writer: waits, runs, is captured, becomes durable, is answered. */
final class WriteTask<T extends @Nullable Object> implements CommitWaiter {
    private final WriteWork<T> work;
    private final Deadline startBy;
    private final CompletableFuture<Acknowledged<T>> future = new CompletableFuture<>();

    /** What becomes of it after all, for those who ask again; null until its answer has been late. */
    private volatile @Nullable CompletableFuture<Acknowledged<T>> settled;

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

    Exception refusal() {
        Exception why = refusal;
        if (why == null) {
            throw new IllegalStateException("the write was not refused");
        }
        return why;
    }

    /** What was done is in the log, not yet durable. */
    void captured(Position newPosition) {
        position = newPosition;
    }

    /** It is durable here: answers it, or has it answered once it has what was asked for. */
    void acknowledge(Commitment commitment) {
        Durability level = commitment.levelFor(work.durability());
        if (level == Durability.LOCAL || DeliberateBug.QUORUM_NOT_AWAITED.isMade()) {
            committed();
        } else {
            commitment.whenReached(level, position.txid(), this);
        }
    }

    @Override
    @SuppressWarnings("NullAway") // run() has set the result, to null only where T allows it
    public void committed() {
        try {
            FailurePoint.WRITE_COMMITTED.reached();
        } catch (IOException injected) {
            fail(new WriteFailedException(Outcome.UNKNOWN, "The write's answer was lost.", injected));
            return;
        }
        Acknowledged<T> done = new Acknowledged<>(result, position);
        boolean ignored = future.complete(done);
        CompletableFuture<Acknowledged<T>> asked = settled;
        ignored = asked != null && asked.complete(done);
    }

    @Override
    public void late() {
        CompletableFuture<Acknowledged<T>> later = new CompletableFuture<>();
        settled = later;
        fail(new UnsettledWriteException(
                "The write is durable on this node, at " + position + ", and not enough voters have said within"
                        + " commit-timeout that they have it. It may become committed at any time, or be lost.",
                later));
    }

    @Override
    public void ended(String why) {
        WriteFailedException unknown = new WriteFailedException(
                Outcome.UNKNOWN,
                "The write is durable on this node, at " + position + ", and " + why
                        + " before enough voters had said that they have it. It may or may not be found.");
        fail(unknown);
        CompletableFuture<Acknowledged<T>> asked = settled;
        boolean ignored = asked != null && asked.completeExceptionally(unknown);
    }

    void fail(Exception failure) {
        boolean ignored = future.completeExceptionally(failure);
    }
}
