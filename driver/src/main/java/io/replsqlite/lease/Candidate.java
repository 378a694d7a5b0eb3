package io.replsqlite.lease;

import io.replsqlite.base.Epoch;
import java.net.URI;
import java.util.function.Supplier;

/**
 * This node as it presents itself to its lease provider.
 *
 * @param nodeName unique in the cluster
 * @param url where the other nodes and drivers reach it
 * @param stands whether it competes for the lease; one that does not only hears who holds it
 * @param highestEpoch the highest epoch this node has promised or seen; a new tenure's epoch must exceed it
 */
public record Candidate(String nodeName, URI url, boolean stands, Supplier<Epoch> highestEpoch) {
    /** One that competes. */
    public Candidate(String nodeName, URI url, Supplier<Epoch> highestEpoch) {
        this(nodeName, url, true, highestEpoch);
    }

    public Member asMember() {
        return new Member(nodeName, url, stands);
    }
}
