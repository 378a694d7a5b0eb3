package io.replsqlite.server.execute;

/** What the answer to one request may hold. */
public record ExecuteLimits(int resultRows, long resultBytes) {
    public static final ExecuteLimits DEFAULT = new ExecuteLimits(1_000_000, 64L << 20);
}
