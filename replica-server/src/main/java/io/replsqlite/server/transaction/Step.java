package io.replsqlite.server.transaction;

import io.replsqlite.server.execute.ExecuteOutcome;
import io.replsqlite.wire.TransactionStep;
import java.util.concurrent.CompletableFuture;

/** A step on its way: what the client sent, and the answer, which stays for a client that asks again. */
record Step(TransactionStep message, CompletableFuture<ExecuteOutcome> answer) {
    Step(TransactionStep message) {
        this(message, new CompletableFuture<>());
    }

    boolean isAnswered() {
        return answer.isDone();
    }

    /** Whether it was carried out. */
    boolean isDone() {
        return answer.getNow(null) instanceof ExecuteOutcome.Done;
    }

    void complete(ExecuteOutcome outcome) {
        boolean ignored = answer.complete(outcome);
    }
}
