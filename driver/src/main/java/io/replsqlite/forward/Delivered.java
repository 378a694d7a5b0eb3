package io.replsqlite.forward;

import io.replsqlite.wire.ExecuteResponse;

/** An answer, and the node that gave it. */
public record Delivered(Reply<ExecuteResponse> reply, String nodeUrl) {}
