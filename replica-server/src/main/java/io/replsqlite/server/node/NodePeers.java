package io.replsqlite.server.node;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.lease.Member;
import io.replsqlite.server.majority.Beat;
import io.replsqlite.server.majority.BeatReply;
import io.replsqlite.server.majority.Peers;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The other members of the cluster, by HTTP. Safe for any thread. */
record NodePeers(Members members, PrimaryCalls calls, ElectionFigures figures, MonotonicClock clock) implements Peers {
    @Override
    public List<Member> others() {
        return members.others();
    }

    @Override
    public CompletableFuture<BeatReply> send(Member peer, Beat beat) {
        long sentNanos = clock.nanoTime();
        return calls.beat(peer, beat).whenComplete((reply, failure) -> {
            ElectionFigures.Beats beats = figures.beatsTo(peer.nodeName());
            if (failure == null) {
                beats.answered(clock.nanoTime() - sentNanos);
            } else {
                beats.missed();
            }
        });
    }
}
