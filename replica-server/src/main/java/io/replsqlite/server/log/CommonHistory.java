package io.replsqlite.server.log;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import java.util.List;
import java.util.Optional;

/**
 * Up to where two logs of one database tell the same story. Each epoch has one writer, so within an epoch that both have,
 * one log is a beginning of the other; and before it they are equal.
 *
 * @param epoch the last that both have
 * @param txid the last of that epoch that both have
 */
public record CommonHistory(Epoch epoch, Txid txid) {
    /** What was there before any tenure: an adopted database. */
    private static final Tenure ORIGIN = new Tenure(Epoch.NONE, Txid.ZERO, "", null);

    /** Nothing if the two contradict each other: an epoch that begins at two places. */
    public static Optional<CommonHistory> of(List<Tenure> ours, Txid ourHead, List<Tenure> theirs, Txid theirHead) {
        for (int i = ours.size() - 1; i >= -1; i--) {
            Tenure mine = i < 0 ? ORIGIN : ours.get(i);
            int j = indexOf(mine.epoch(), theirs);
            if (i < 0 || j >= 0) {
                boolean sameStart =
                        i < 0 || mine.firstTxid().equals(theirs.get(j).firstTxid());
                Txid end = earlier(endOf(i, ours, ourHead), endOf(j, theirs, theirHead));
                return sameStart ? Optional.of(new CommonHistory(mine.epoch(), end)) : Optional.empty();
            }
        }
        throw new IllegalStateException("the origin is in every history");
    }

    private static int indexOf(Epoch epoch, List<Tenure> tenures) {
        for (int i = tenures.size() - 1; i >= 0; i--) {
            if (tenures.get(i).epoch().equals(epoch)) {
                return i;
            }
        }
        return -1;
    }

    private static Txid endOf(int index, List<Tenure> tenures, Txid head) {
        if (index + 1 == tenures.size()) {
            return head;
        }
        return new Txid(tenures.get(index + 1).firstTxid().value() - 1);
    }

    private static Txid earlier(Txid one, Txid other) {
        return one.isAfter(other) ? other : one;
    }
}
