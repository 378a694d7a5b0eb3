package io.replsqlite.server.majority;

import io.replsqlite.base.Epoch;
import java.io.IOException;

/** The highest epoch that this node has promised, and to whom; durable. Safe for any thread. */
public interface PromiseStore {
    Epoch highest();

    /** To whom this epoch is promised; empty if it is not the highest, or that is not known. */
    String promisedTo(Epoch epoch);

    /** Whether this very promise is the highest. */
    boolean isPromisedTo(Epoch epoch, String nodeName);

    /**
     * Durable when this returns.
     *
     * @throws IOException also if a higher one stands against it, or the same one to another node
     */
    void promise(Epoch epoch, String nodeName) throws IOException;

    /** Another node has promised this. Returns at once; if it is higher, this node promises it too, and leads no more. */
    void heard(Epoch promisedElsewhere);
}
