package io.replsqlite.server.quorum;

import io.replsqlite.base.Durability;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What each voter has durable in the epoch at hand. For one thread at a time. */
final class VoterLogs {
    /** Nothing in this epoch yet. */
    static final long NOTHING = -1;

    private final Map<String, Integer> places = new HashMap<>();
    private final long[] durable;

    VoterLogs(List<String> voters) {
        voters.forEach(voter -> places.put(voter, places.size()));
        durable = new long[places.size()];
        Arrays.fill(durable, NOTHING);
    }

    /** What a node says now; it may be less than before. Nodes that do not vote are not counted. */
    void durable(String node, long txid) {
        Integer place = places.get(node);
        if (place != null) {
            durable[place] = txid;
        }
    }

    /** The highest txid that a majority has, or all; {@link #NOTHING} if there is none. */
    long reached(Durability level) {
        int needed = level == Durability.ALL ? durable.length : durable.length / 2 + 1;
        if (needed > durable.length || needed == 0) {
            return NOTHING;
        }
        long[] ascending = durable.clone();
        Arrays.sort(ascending);
        return ascending[ascending.length - needed];
    }
}
