package io.replsqlite.server.transaction;

import io.replsqlite.server.commit.WriteFailedException;
import io.replsqlite.server.execute.ExecuteOutcome;
import io.replsqlite.wire.ExecuteResponse;
import java.io.Serial;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A COMMIT that did not succeed, with what its client is told. */
final class CommitFailedException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient ExecuteOutcome.Failed outcome;

    private CommitFailedException(ExecuteOutcome.Failed outcome) {
        super(outcome.error().message());
        this.outcome = outcome;
    }

    /** The step's answer as those see it who ask for the outcome by its request id. */
    static CompletableFuture<ExecuteResponse> orResponse(Step step) {
        return step.answer()
                .thenCompose(outcome -> outcome instanceof ExecuteOutcome.Done done
                        ? CompletableFuture.completedFuture(done.response())
                        : CompletableFuture.failedFuture(failure((ExecuteOutcome.Failed) outcome)));
    }

    private static Exception failure(ExecuteOutcome.Failed outcome) {
        CommitFailedException failed = new CommitFailedException(outcome);
        return outcome.error().mayHaveHappened()
                ? new WriteFailedException(
                        WriteFailedException.Outcome.UNKNOWN, outcome.error().message(), failed)
                : failed;
    }

    /** What the client is told, if this is the failure of a COMMIT. */
    static @Nullable ExecuteOutcome outcomeOf(@Nullable Throwable failure) {
        Throwable cause = failure instanceof WriteFailedException unknown ? unknown.getCause() : failure;
        return cause instanceof CommitFailedException failed ? failed.outcome : null;
    }
}
