package io.replsqlite.lease;

/** The moment until which a tenure may be relied on. It moves forward with each renewal. Safe for any thread. */
@FunctionalInterface
public interface LeaseDeadline {
    /** For providers whose lease ends only with the process or by configuration. */
    LeaseDeadline UNTIL_LOST = () -> Long.MAX_VALUE;

    /** In {@link io.replsqlite.base.MonotonicClock#nanoTime} units, or {@link Long#MAX_VALUE} for no deadline. */
    long atNanos();

    default boolean hasPassed(long nowNanos) {
        long at = atNanos();
        return at != Long.MAX_VALUE && at - nowNanos <= 0;
    }
}
