package io.replsqlite.server.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How far a backup may be behind before writes wait for it.
 *
 * @param txids commits that are not uploaded; 0 for any number
 * @param age of the oldest of them; null for any
 */
public record LagLimit(long txids, @Nullable Duration age) {
    public static final LagLimit NONE = new LagLimit(0, null);

    public boolean isNone() {
        return txids == 0 && age == null;
    }

    public boolean isExceeded(long behindTxids, long behindNanos) {
        return (txids > 0 && behindTxids > txids) || (age != null && behindNanos > age.toNanos());
    }

    /** As the setting is written. */
    @Override
    public String toString() {
        return age == null ? txids == 0 ? "none" : Long.toString(txids) : age.toMillis() + "ms";
    }
}
