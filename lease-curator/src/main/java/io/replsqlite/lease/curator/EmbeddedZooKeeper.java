package io.replsqlite.lease.curator;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.server.DatadirCleanupManager;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.zookeeper.server.persistence.FileTxnSnapLog;

/**
 * A ZooKeeper server in this process, <b>for one machine only</b>: development, tests, a cluster of processes on one
 * host. It listens on loopback. When its process ends, every lease of the cluster ends within a session timeout; for
 * nodes on several hosts run an ensemble of three.
 */
public final class EmbeddedZooKeeper implements AutoCloseable {
    private static final Logger LOG = System.getLogger(EmbeddedZooKeeper.class.getName());
    private static final int TICK_MILLIS = 500;
    private static final int SNAPSHOTS_KEPT = 3;
    private static final int PURGE_EVERY_HOURS = 1;
    private static final int MAX_CONNECTIONS_PER_ADDRESS = 200;

    private final FileTxnSnapLog files;
    private final ZooKeeperServer server;
    private final ServerCnxnFactory connections;
    private final DatadirCleanupManager purge;

    private EmbeddedZooKeeper(
            FileTxnSnapLog files, ZooKeeperServer server, ServerCnxnFactory connections, DatadirCleanupManager purge) {
        this.files = files;
        this.server = server;
        this.connections = connections;
        this.purge = purge;
    }

    /**
     * Sessions of 1 to 10 s can be had.
     *
     * @param port on loopback; 0 takes a free one
     */
    public static EmbeddedZooKeeper start(Path directory, int port) throws IOException, InterruptedException {
        Files.createDirectories(directory);
        FileTxnSnapLog files = new FileTxnSnapLog(directory.toFile(), directory.toFile());
        try {
            ZooKeeperServer server = new ZooKeeperServer(files, TICK_MILLIS, "");
            InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
            ServerCnxnFactory connections = ServerCnxnFactory.createFactory(address, MAX_CONNECTIONS_PER_ADDRESS);
            connections.startup(server);
            DatadirCleanupManager purge = new DatadirCleanupManager(
                    directory.toFile(), directory.toFile(), SNAPSHOTS_KEPT, PURGE_EVERY_HOURS);
            purge.start();
            LOG.log(Level.INFO, "ZooKeeper for this machine only, on {0}", connections.getLocalAddress());
            return new EmbeddedZooKeeper(files, server, connections, purge);
        } catch (IOException | InterruptedException | RuntimeException failure) {
            files.close();
            throw failure;
        }
    }

    /** {@code 127.0.0.1:PORT}: append a path and it is a connect string. */
    public String servers() {
        return "127.0.0.1:" + connections.getLocalPort();
    }

    /**
     * Ends the session that owns an ephemeral node, as the server does with one that it has not heard of for too long. For
     * tests of what then happens.
     *
     * @throws IOException if there is no such node
     */
    public void expireSessionOf(String ephemeralNode) throws IOException {
        try {
            server.closeSession(
                    server.getZKDatabase().statNode(ephemeralNode, null).getEphemeralOwner());
        } catch (KeeperException.NoNodeException nobody) {
            throw new IOException("nobody has a session that owns " + ephemeralNode, nobody);
        }
    }

    @Override
    public void close() throws IOException {
        purge.shutdown();
        connections.shutdown();
        files.close();
    }
}
