package io.replsqlite.server.execute;

/**
 * What one request may make SQLite hold, and what its answer may hold.
 *
 * @param valueBytes of one text, BLOB or row
 */
public record ExecuteLimits(int resultRows, long resultBytes, int valueBytes) {
    public static final ExecuteLimits DEFAULT = new ExecuteLimits(1_000_000, 64L << 20, 64 << 20);
}
