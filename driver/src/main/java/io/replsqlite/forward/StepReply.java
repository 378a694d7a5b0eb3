package io.replsqlite.forward;

import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ExecuteResponse;
import java.io.IOException;

/** How a step of a transaction ended. */
public sealed interface StepReply {
    record Done(ExecuteResponse response) implements StepReply {}

    /** The node said no; the transaction goes on unless the error says otherwise. */
    record Refused(ErrorResponse error) implements StepReply {}

    /** The node does not have the transaction any more, and nothing of it was committed. */
    record Lost(String why) implements StepReply {}

    /** A COMMIT left this process and nobody could tell its outcome. */
    record Unknown(IOException problem) implements StepReply {}
}
