package io.replsqlite.session;

import io.replsqlite.api.ReplicaStatus;
import io.replsqlite.status.Health;
import io.replsqlite.status.Role;
import io.replsqlite.status.StatusSnapshot;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A status page in the words of the API. */
final class PageStatus {
    private PageStatus() {}

    static ReplicaStatus of(StatusSnapshot page, long nowNanos) {
        return new ReplicaStatus(
                page.nodeName(),
                role(page.role()),
                page.health().name().toLowerCase(Locale.ROOT),
                page.health() == Health.OK || page.health() == Health.STOPPED,
                page.applied().epoch(),
                page.applied().txid(),
                page.head(),
                age(page, nowNanos),
                Duration.ofNanos(Math.max(0, nowNanos - page.heartbeatNanos())),
                page.primaryUrl());
    }

    private static ReplicaStatus.Role role(Role role) {
        return switch (role) {
            case LEADING -> ReplicaStatus.Role.PRIMARY;
            case FOLLOWER -> ReplicaStatus.Role.FOLLOWER;
            case NONE, ACQUIRING, DRAINING, FAILED -> ReplicaStatus.Role.NEITHER;
        };
    }

    /** On the primary a read is of this moment as long as nobody else can be the primary. */
    private static @Nullable Duration age(StatusSnapshot page, long nowNanos) {
        boolean leads = page.role() == Role.LEADING
                && page.leaseDeadlineNanos() != StatusSnapshot.NEVER
                && nowNanos - page.leaseDeadlineNanos() < 0;
        if (leads) {
            return Duration.ZERO;
        }
        return page.freshAsOfNanos() == StatusSnapshot.NEVER
                ? null
                : Duration.ofNanos(Math.max(0, nowNanos - page.freshAsOfNanos()));
    }
}
