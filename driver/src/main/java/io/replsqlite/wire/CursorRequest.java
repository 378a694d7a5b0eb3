package io.replsqlite.wire;

/**
 * The next page of a read outside a transaction, or its end.
 *
 * @param id of the request that opened the cursor
 */
public record CursorRequest(RequestId id, String database, long cursor, boolean close) {}
