package io.replsqlite.server.election;

import io.replsqlite.base.Epoch;

/** What a node answers to a {@link PromiseRequest}. */
public sealed interface PromiseReply {
    record Promised(NodeReport report) implements PromiseReply {}

    /** @param promised the epoch that stands against it */
    record Refused(String nodeName, Epoch promised) implements PromiseReply {}
}
