package io.replsqlite.session;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.EpochHistory;
import io.replsqlite.base.EpochHistory.Standing;
import io.replsqlite.base.Txid;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a session has written and seen: its newest position, and those of older epochs of which nobody has said yet that
 * the newer epoch's history holds them. A txid alone says nothing across epochs: a failover may have given the same number
 * to another commit.
 */
final class Seen {
    private long epoch;
    private long txid;

    /** Epoch to the highest txid seen in it. */
    private final TreeMap<Long, Long> unproven = new TreeMap<>();

    long epoch() {
        return epoch;
    }

    long txid() {
        return txid;
    }

    /** Something was seen, here or by the owner of a token. */
    void saw(long seenEpoch, long seenTxid) {
        if (seenTxid == 0) {
            return;
        }
        if (seenEpoch == epoch) {
            txid = Math.max(txid, seenTxid);
        } else if (seenEpoch > epoch) {
            doubt(epoch, txid);
            epoch = seenEpoch;
            txid = seenTxid;
        } else {
            doubt(seenEpoch, seenTxid);
        }
    }

    private void doubt(long oldEpoch, long oldTxid) {
        if (oldTxid > 0) {
            unproven.merge(oldEpoch, oldTxid, Math::max);
        }
    }

    void forget() {
        epoch = 0;
        txid = 0;
        unproven.clear();
    }

    boolean isProven() {
        return unproven.isEmpty();
    }

    /**
     * Strikes out what the history holds or has lost.
     *
     * @return the newest position that it has lost, as epoch and txid; null if nothing is lost
     */
    Map.@Nullable Entry<Epoch, Txid> prove(EpochHistory history) {
        Map.Entry<Epoch, Txid> lost = null;
        for (Map.Entry<Long, Long> old : Map.copyOf(unproven).entrySet()) {
            Epoch oldEpoch = new Epoch(old.getKey());
            Txid oldTxid = new Txid(old.getValue());
            Standing standing = history.reaches(epoch) ? history.of(oldEpoch, oldTxid) : Standing.UNKNOWN;
            if (standing != Standing.UNKNOWN) {
                unproven.remove(old.getKey());
            }
            if (standing == Standing.LOST && (lost == null || oldEpoch.isAfter(lost.getKey()))) {
                lost = Map.entry(oldEpoch, oldTxid);
            }
        }
        return lost;
    }
}
