package io.replsqlite.server.log;

import io.replsqlite.base.Position;
import org.jspecify.annotations.Nullable;

/** The rule by which one record follows another. */
final class Continuity {
    private Continuity() {}

    /** Why {@code next} cannot follow {@code head}, or null if it can. */
    static @Nullable String objection(Position head, BodyHeader next) {
        if (!next.previousChecksum().equals(head.checksum())) {
            return "record " + next.position() + " continues another state, " + next.previousChecksum();
        }
        return next.kind() == RecordKind.COMMIT ? objectionToCommit(head, next) : objectionToEpoch(head, next);
    }

    private static @Nullable String objectionToCommit(Position head, BodyHeader next) {
        if (!next.txid().equals(head.txid().next())) {
            return "commit " + next.position() + " is not the next one";
        }
        if (head.epoch().isAfter(next.epoch())) {
            return "commit " + next.position() + " is of an older epoch";
        }
        return null;
    }

    private static @Nullable String objectionToEpoch(Position head, BodyHeader next) {
        if (!next.txid().equals(head.txid())) {
            return "tenure " + next.position() + " starts at another txid";
        }
        if (!next.epoch().isAfter(head.epoch())) {
            return "tenure " + next.position() + " does not raise the epoch";
        }
        return null;
    }
}
