package io.replsqlite.server.commit;

import io.replsqlite.base.Position;
import org.jspecify.annotations.Nullable;

/**
 * A write that is durable in this node's log.
 *
 * @param position after the write, or the head if it changed nothing
 */
public record Acknowledged<T extends @Nullable Object>(T result, Position position) {}
