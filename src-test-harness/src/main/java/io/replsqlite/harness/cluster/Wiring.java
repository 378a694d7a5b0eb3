package io.replsqlite.harness.cluster;

import java.net.URI;

/** Which addresses the nodes are told of each other and of ZooKeeper, if something stands in between. */
public interface Wiring {
    /** The real addresses. */
    Wiring DIRECT = new Wiring() {
        @Override
        public URI advertised(int node, URI real) {
            return real;
        }

        @Override
        public int zooKeeperPort(int node, int real) {
            return real;
        }
    };

    /** Where others are told that they reach this node. */
    URI advertised(int node, URI real);

    /** Where this node is told that it reaches ZooKeeper. */
    int zooKeeperPort(int node, int real);

    /** A node's process has begun, and will connect to somebody soon. */
    default void started(int node, long pid) {}
}
