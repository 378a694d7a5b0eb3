package io.replsqlite.server.execute;

/**
 * What one request may make SQLite hold, and what its answer may hold.
 *
 * @param valueBytes of one text, BLOB or row
 */
public record ExecuteLimits(int resultRows, long resultBytes, int valueBytes) {}
