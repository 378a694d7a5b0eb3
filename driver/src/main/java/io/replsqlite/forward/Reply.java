package io.replsqlite.forward;

import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ExecuteResponse;

/** What the primary said in the end. */
public sealed interface Reply {
    record Done(ExecuteResponse response) implements Reply {}

    record Refused(ErrorResponse error) implements Reply {}
}
