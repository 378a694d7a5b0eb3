package io.replsqlite.server.execute;

import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ExecuteResponse;

/** What became of a request; tells the owner of the transaction what to do with it. */
public sealed interface ExecuteOutcome {
    /** Commit it; the answer gets its epoch and txid then. A failed batch is also this, with what ran before. */
    record Done(ExecuteResponse response) implements ExecuteOutcome {}

    /** Undo whatever it did. */
    record Failed(ErrorResponse error) implements ExecuteOutcome {}
}
