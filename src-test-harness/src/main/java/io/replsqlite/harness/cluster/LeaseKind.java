package io.replsqlite.harness.cluster;

import java.util.Locale;

/** How a local cluster settles who may write. */
public enum LeaseKind {
    /** Whichever node a ZooKeeper grants it, which runs in the process that started the cluster. */
    ZOOKEEPER,
    /** The first node, always. */
    STATIC,
    /** Whichever node holds a lock in the cluster's directory; another one when that node ends. */
    FILE;

    /** As on the command line and in {@code cluster.json}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
