package io.replsqlite.server.follow;

import io.replsqlite.base.Position;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before a failed log is opened anew: each time twice as long, up to ten seconds, and short again once
 * something became durable in between. For the follower's thread.
 */
final class ReopenPauses {
    private static final Duration SHORTEST = Duration.ofMillis(100);
    private static final Duration LONGEST = Duration.ofSeconds(10);

    private Duration next = SHORTEST;
    private @Nullable Position failedAt;

    /** @param durableHead of the log that failed */
    Duration next(Position durableHead) {
        if (!durableHead.equals(failedAt)) {
            failedAt = durableHead;
            next = SHORTEST;
        }
        Duration pause = next;
        Duration doubled = next.multipliedBy(2);
        next = doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
        return pause;
    }
}
