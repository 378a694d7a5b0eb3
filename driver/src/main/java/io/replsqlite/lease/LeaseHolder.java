package io.replsqlite.lease;

import io.replsqlite.base.Epoch;
import java.net.URI;

/** Who holds the write lease, as far as this node knows: the node's name, where it listens, and its epoch. */
public record LeaseHolder(String nodeName, URI url, Epoch epoch) {}
