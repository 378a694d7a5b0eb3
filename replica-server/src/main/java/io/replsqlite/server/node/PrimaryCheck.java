package io.replsqlite.server.node;

import io.replsqlite.base.Epoch;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.wire.ErrorResponse;
import org.jspecify.annotations.Nullable;

/** Whether this node may answer as the primary, and where to ask instead. */
final class PrimaryCheck {
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
        return known.isAfter(promised)
                ? ErrorResponse.of(
                        ErrorResponse.Kind.STALE_EPOCH,
                        "The client knows epoch " + known + ", this node only " + promised + ": it is an old primary.")
                : null;
    }

    static ErrorResponse notPrimary(ReplicaNode node, ReplicatedDatabase database) {
        String primaryUrl = node.primaryUrl();
        String message = "Node " + node.name() + " is not the primary of " + database.name() + ".";
        return primaryUrl.isEmpty()
                ? ErrorResponse.of(ErrorResponse.Kind.NO_PRIMARY, message)
                : ErrorResponse.of(ErrorResponse.Kind.NOT_PRIMARY, message).withPrimaryUrl(primaryUrl);
    }
}
