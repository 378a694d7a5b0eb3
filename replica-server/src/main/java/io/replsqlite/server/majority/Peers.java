package io.replsqlite.server.majority;

import io.replsqlite.lease.Member;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The other nodes, and the way to them. */
public interface Peers {
    /** As far as they are known, whether or not the lease provider can be asked now. */
    List<Member> others();

    /** Returns at once; what is not answered within half of the voters' patience has failed. */
    CompletableFuture<BeatReply> send(Member peer, Beat beat);
}
