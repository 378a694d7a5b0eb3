package io.replsqlite.harness.check;

import io.replsqlite.harness.history.Operation;
import io.replsqlite.harness.history.Outcome;
import io.replsqlite.harness.history.Step;

/**
 * An operation on one register, as the search for an order sees it.
 *
 * @param untilNanos when it has happened at the latest; {@link Long#MAX_VALUE} if nobody knows whether it has
 */
record RegisterOperation(Step step, boolean isKnown, long fromNanos, long untilNanos, String brief) {
    static RegisterOperation of(Operation operation) {
        boolean known = operation.outcome() == Outcome.OK;
        return new RegisterOperation(
                operation.steps().get(0),
                known,
                operation.invokedNanos(),
                known ? operation.completedNanos() : Long.MAX_VALUE,
                operation.brief());
    }

    /** Whether a register with this value could have answered so. */
    boolean isPossible(long value) {
        return switch (step.kind()) {
            case READ -> step.value() == value;
            case COMPARE_AND_SET ->
                !isKnown || (step.value() == value) == (step.values().get(2) == 1);
            default -> true;
        };
    }

    /** The register's value afterwards. */
    long apply(long value) {
        return switch (step.kind()) {
            case WRITE -> step.value();
            case COMPARE_AND_SET -> step.value() == value ? step.values().get(1) : value;
            default -> value;
        };
    }
}
