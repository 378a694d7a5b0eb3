package io.replsqlite.lease;

import io.replsqlite.base.Epoch;
import java.net.URI;
import java.util.function.Supplier;

/**
 * A node as the lease sees it.
 *
 * @param nodeName unique in the cluster
 * @param url where the other nodes and drivers reach it
 * @param highestEpoch the highest epoch this node has promised or seen; a new tenure's epoch must exceed it
 */
public record Candidate(String nodeName, URI url, Supplier<Epoch> highestEpoch) {}
