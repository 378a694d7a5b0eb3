package io.replsqlite.server.follow;

import io.replsqlite.base.Epoch;
import java.io.IOException;

/** The highest epoch this node has promised to follow, and to whom. Safe for any thread. */
public interface EpochPromise {
    /**
     * Promises never to accept anything of a lower epoch, nor of this one from another node; durable when this returns.
     *
     * @param nodeName who leads, or wants to lead, in that epoch; empty if that is not known
     * @throws IOException if a higher one is promised already, or this one to another node, or it cannot be stored
     */
    void promise(Epoch epoch, String nodeName) throws IOException;

    /** Whether the promise in force is this one, so that this node may serve its log to the candidate. */
    boolean isPromisedTo(Epoch epoch, String nodeName);

    /** Another node has promised this epoch: whoever leads here in a lower one does so no longer. Returns at once. */
    void heard(Epoch promisedElsewhere);

    /** For a database without a node around it: nobody else leads. */
    EpochPromise ALONE = new EpochPromise() {
        @Override
        public void promise(Epoch epoch, String nodeName) {}

        @Override
        public boolean isPromisedTo(Epoch epoch, String nodeName) {
            return false;
        }

        @Override
        public void heard(Epoch promisedElsewhere) {}
    };
}
