package io.replsqlite.server.quorum;

import io.replsqlite.base.PositionGate;

/** What the sender of a log knows to be committed. Safe for any thread. */
public interface Committed {
    /** Whether more than this node must have a commit before anybody may be shown it. */
    boolean waitsForOthers();

    /** Moves with the log and with {@link #committedTxid}. */
    PositionGate news();

    long committedTxid();
}
