package io.replsqlite.embed;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;

/** A node that runs in this process. */
public interface EmbeddedNode {
    String name();

    /** Under which it is known to itself and others; nobody listens there if the node is alone. */
    String url();

    boolean isPrimary();

    /** From the beginning of {@link #close} on it takes no more requests. */
    boolean isClosed();

    /**
     * Makes sure that the node has the database: a primary creates it, or adopts the file that is there. A follower gets
     * its databases from the primary.
     *
     * @throws IOException if the node keeps its database of that name elsewhere, or cannot create it
     */
    void require(String database, Path file) throws IOException, InterruptedException;

    /**
     * Keeps the node's descriptors of the database file open for as long as a connection to it is: closing one would
     * drop the locks that SQLite holds for that connection.
     */
    Closeable hold(String database) throws IOException;

    /** What it answers on the caller's thread. */
    NodeCalls calls();

    /** Ends writing, gives up the lease, closes everything. What waits is told whether it can have happened. */
    void close() throws IOException, InterruptedException;
}
