package io.replsqlite.lease;

import java.net.URI;

/**
 * A node of the cluster as its lease provider knows it, running or not.
 *
 * @param url where it listened when it was last heard of
 * @param isCandidate whether it competes for the lease
 */
public record Member(String nodeName, URI url, boolean isCandidate) {}
