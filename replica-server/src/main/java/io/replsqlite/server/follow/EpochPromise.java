package io.replsqlite.server.follow;

import io.replsqlite.base.Epoch;
import java.io.IOException;

/** The highest epoch this node has promised to follow. Safe for any thread. */
@FunctionalInterface
public interface EpochPromise {
    /**
     * Promises never to accept anything of a lower epoch; durable when this returns.
     *
     * @throws IOException if a higher one is promised already, or the promise cannot be stored
     */
    void promise(Epoch epoch) throws IOException;
}
