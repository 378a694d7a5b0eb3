package io.replsqlite.server.quorum;

/** Somebody whose answer depends on a commit. Must not block; called on whichever thread brings the news. */
public interface CommitWaiter {
    /** It has the durability that was asked for. */
    void committed();

    /** It has not, and the time for it is over. It may still come: then {@link #committed} follows. */
    void late();

    /** It has not, and this node will not learn any more whether it gets it. */
    void ended(String why);
}
