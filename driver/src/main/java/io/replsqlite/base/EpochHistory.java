package io.replsqlite.base;

import java.util.List;

/**
 * The epochs of one database's surviving history, oldest first, each with the first txid that can belong to it. Tells
 * whether a commit that somebody saw is part of that history: a primary that began an epoch without it has lost it.
 */
public record EpochHistory(List<Start> starts) {
    /** An epoch began; its first commit, if it made any, is {@code first}. */
    public record Start(Epoch epoch, Txid first) {}

    public enum Standing {
        HELD,
        LOST,
        /** The history ends before that epoch: whoever tells it has not heard of the epoch yet. */
        UNKNOWN
    }

    public EpochHistory {
        starts = List.copyOf(starts);
        for (int i = 1; i < starts.size(); i++) {
            if (!starts.get(i).epoch.isAfter(starts.get(i - 1).epoch)) {
                throw new IllegalArgumentException("the epochs of a history grow: " + starts);
            }
        }
    }

    /** Whether it reaches up to this epoch. */
    public boolean reaches(long epoch) {
        return !starts.isEmpty() && starts.get(starts.size() - 1).epoch.value() >= epoch;
    }

    /**
     * Where a position stands that was seen in the past.
     *
     * <p>An epoch that is missing between two known ones left no trace, so its commits are lost. One that is older than all
     * known ones has only been forgotten: the list's length is bounded.
     */
    public Standing of(Epoch epoch, Txid txid) {
        if (!reaches(epoch.value())) {
            return Standing.UNKNOWN;
        }
        boolean known = false;
        boolean knowsOlder = false;
        for (Start start : starts) {
            if (start.epoch.isAfter(epoch)) {
                boolean forgotten = !known && !knowsOlder;
                return start.first.isAfter(txid) && (known || forgotten) ? Standing.HELD : Standing.LOST;
            }
            known = start.epoch.equals(epoch);
            knowsOlder = true;
        }
        return Standing.HELD;
    }
}
