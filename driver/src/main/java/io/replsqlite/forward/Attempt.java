package io.replsqlite.forward;

import io.replsqlite.wire.ErrorResponse;
import java.io.IOException;

/** How one try at one node ended. */
sealed interface Attempt<T> {
    record Done<T>(T answer) implements Attempt<T> {}

    /** The node answered, and asking again would not change the answer. */
    record Refused<T>(ErrorResponse error) implements Attempt<T> {}

    /** Nothing was executed by this try; asking again, or the node named here (empty if none is), may help. */
    record NotExecuted<T>(String problem, String otherUrl, boolean isUnreachable) implements Attempt<T> {
        NotExecuted(String problem, String otherUrl) {
            this(problem, otherUrl, false);
        }
    }

    /** The request left this process and no answer came. */
    record Unanswered<T>(IOException problem) implements Attempt<T> {}
}
