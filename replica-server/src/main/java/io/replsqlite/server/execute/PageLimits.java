package io.replsqlite.server.execute;

/** When a page of a result is full: at whichever comes first. A row is never split. */
public record PageLimits(int rows, long bytes) {
    public static final PageLimits DEFAULT = new PageLimits(10_000, 512 << 10);
}
