package io.replsqlite.server.node;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.wire.ErrorResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Whether this node may answer as the primary, and where to ask instead. */
final class PrimaryCheck {
    /** Shorter than what drivers allow a node beyond their own deadline, so that none of them takes it for lost. */
    private static final Duration LONGEST_HOLD = Duration.ofSeconds(1);

    private PrimaryCheck() {}

    /**
     * Why this node refuses, or null if it does not.
     *
     * @param known the highest epoch that the client knows
     */
    static @Nullable ErrorResponse refusal(ReplicaNode node, ReplicatedDatabase database, Epoch known) {
        if (!database.isLeading()) {
            return notPrimary(node, database);
        }
        Epoch promised = node.promisedEpoch();
        if (!known.isAfter(promised)) {
            return null;
        }
        node.confirmLease(); // the client may know better, but is not believed: its token may outlive a cluster
        return ErrorResponse.of(
                ErrorResponse.Kind.STALE_EPOCH,
                "The client knows epoch " + known + ", this node only " + promised + ": it is an old primary.");
    }

    /** Holds a caller that comes between two primaries for a moment: it is then served here, or told where to go. */
    static void hold(ReplicaNode node, ReplicatedDatabase database, MonotonicClock clock) throws InterruptedException {
        if (!database.isLeading()) {
            node.awaitPrimary(Deadline.after(LONGEST_HOLD, clock));
        }
    }

    /** The same for what would write: a primary that hands over is left by it from the first moment on. */
    static void holdWrite(ReplicaNode node, ReplicatedDatabase database, MonotonicClock clock)
            throws InterruptedException {
        if (!database.takesWrites()) {
            node.awaitPrimary(Deadline.after(LONGEST_HOLD, clock));
        }
    }

    static ErrorResponse notPrimary(ReplicaNode node, ReplicatedDatabase database) {
        return elsewhere(node, "Node " + node.name() + " is not the primary of " + database.name() + ".");
    }

    /** Names the primary, if it is known. */
    static ErrorResponse elsewhere(ReplicaNode node, String message) {
        String primaryUrl = node.primaryUrl();
        return primaryUrl.isEmpty()
                ? ErrorResponse.of(ErrorResponse.Kind.NO_PRIMARY, message)
                : ErrorResponse.of(ErrorResponse.Kind.NOT_PRIMARY, message).withPrimaryUrl(primaryUrl);
    }
}
