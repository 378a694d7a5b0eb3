package io.replsqlite.server.election;

import io.replsqlite.base.Epoch;

/** Asks a node to accept nothing below this epoch any more, and in this epoch nothing but the candidate's. */
public record PromiseRequest(Epoch epoch, String candidate) {}
