package io.replsqlite.forward;

import io.replsqlite.wire.ErrorResponse;
import java.io.IOException;

/** How one try at one node ended. */
sealed interface Attempt<T> {
    record Done<T>(T answer) implements Attempt<T> {}

    /** The node answered, and asking again would not change the answer. */
    record Refused<T>(ErrorResponse error) implements Attempt<T> {}

    /** Nothing was executed by this try; asking again, or the node named here (empty if none is), may help. */
    record NotExecuted<T>(String problem, String otherUrl, Cause cause) implements Attempt<T> {
        enum Cause {
            /** The node said so, or nobody knows which node to ask. */
            ANSWERED,
            UNREACHABLE,
            /** No later try can do better. */
            OVER
        }

        NotExecuted(String problem, String otherUrl) {
            this(problem, otherUrl, Cause.ANSWERED);
        }

        static <T> Attempt<T> unreachable(String problem) {
            return new NotExecuted<>(problem, "", Cause.UNREACHABLE);
        }

        static <T> Attempt<T> forGood(String problem) {
            return new NotExecuted<>(problem, "", Cause.OVER);
        }
    }

    /** The request left this process and no answer came. */
    record Unanswered<T>(IOException problem) implements Attempt<T> {}

    /** What a node's error means for the next try. */
    static <T> Attempt<T> ofRefusal(ErrorResponse error) {
        if (error.kind().isRetryable() && !error.mayHaveHappened()) {
            return new NotExecuted<>(error.message(), error.primaryUrl() == null ? "" : error.primaryUrl());
        }
        return new Refused<>(error);
    }
}
