package io.replsqlite.server.election;

import io.replsqlite.base.Epoch;
import io.replsqlite.lease.Member;

/** What became of the question to one other node. */
public sealed interface PeerAnswer {
    Member peer();

    /** It accepts nothing of a lower epoch any more, and this is what it has. */
    record Promised(Member peer, NodeReport report) implements PeerAnswer {}

    /** It has promised this higher epoch, or the same one to another node. */
    record Refused(Member peer, Epoch promised) implements PeerAnswer {}

    /** No answer in time. It may have more than all others, and may follow anybody. */
    record Silent(Member peer, String why) implements PeerAnswer {}
}
