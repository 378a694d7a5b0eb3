package io.replsqlite.forward;

/** An answer, and the node that gave it. */
public record Delivered(Reply reply, String nodeUrl) {}
