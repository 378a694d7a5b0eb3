package io.replsqlite.forward;

import io.replsqlite.wire.ErrorResponse;

/** What the primary said in the end. */
public sealed interface Reply<T> {
    record Done<T>(T answer) implements Reply<T> {}

    record Refused<T>(ErrorResponse error) implements Reply<T> {}
}
