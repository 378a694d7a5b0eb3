package io.replsqlite.forward;

import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ExecuteResponse;
import java.io.IOException;

/** How one try at one node ended. */
sealed interface Attempt {
    record Done(ExecuteResponse response) implements Attempt {}

    /** The node answered, and asking again would not change the answer. */
    record Refused(ErrorResponse error) implements Attempt {}

    /** Nothing was executed; asking again, or the node named here (empty if none is), may help. */
    record NotExecuted(String problem, String otherUrl, boolean isUnreachable) implements Attempt {
        NotExecuted(String problem, String otherUrl) {
            this(problem, otherUrl, false);
        }
    }

    /** The request left this process and no answer came. */
    record Unanswered(IOException problem) implements Attempt {}
}
