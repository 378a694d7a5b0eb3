package io.replsqlite.lease.curator;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.AddWatchMode;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/** The znodes of one cluster, and every operation on them. Blocks; for the thread that speaks to ZooKeeper. */
final class LeaseTree {
    private static final int SEQUENCE_DIGITS = 10;

    private final CuratorFramework client;
    private final String root;
    private final List<ACL> acl;
    private final String ownPrefix = UUID.randomUUID() + "-";
    private final MemberTree members;

    /** The lease znode as read. */
    record Versioned(@Nullable LeaseRecord record, int version) {}

    LeaseTree(CuratorFramework client, String root, boolean withCredentials) {
        this.client = client;
        this.root = root;
        this.acl = withCredentials ? ZooDefs.Ids.CREATOR_ALL_ACL : ZooDefs.Ids.OPEN_ACL_UNSAFE;
        this.members = new MemberTree(client, root, acl);
    }

    MemberTree members() {
        return members;
    }

    long sessionId() throws Exception {
        return client.getZookeeperClient().getZooKeeper().getSessionId();
    }

    /** As granted by the server; to be asked after an answer in this session, before which it is not known. */
    Duration sessionTimeout() throws Exception {
        return Duration.ofMillis(client.getZookeeperClient().getZooKeeper().getSessionTimeout());
    }

    /** Makes what is missing. The parents of the path are open: other clusters may live beside this one. */
    void prepare() throws Exception {
        for (int slash = root.indexOf('/', 1); slash > 0; slash = root.indexOf('/', slash + 1)) {
            make(root.substring(0, slash), ZooDefs.Ids.OPEN_ACL_UNSAFE, new byte[0]);
        }
        make(root, acl, new byte[0]);
        make(root + "/candidates", acl, new byte[0]);
        make(root + "/members", acl, new byte[0]);
        make(root + "/lease", acl, new byte[0]);
    }

    private void make(String path, List<ACL> permissions, byte[] data) throws Exception {
        try {
            String ignored = client.create()
                    .withMode(CreateMode.PERSISTENT)
                    .withACL(permissions)
                    .forPath(path, data);
        } catch (KeeperException.NodeExistsException alreadyThere) {
            // Another node, or an earlier start, made it.
        } catch (KeeperException.NoAuthException refused) {
            if (client.checkExists().forPath(path) == null) {
                throw refused;
            }
        }
    }

    /** The id that the path carries; it gets {@code proposed} if it has none. */
    UUID clusterId(UUID proposed) throws Exception {
        make(root + "/cluster", acl, proposed.toString().getBytes(US_ASCII));
        byte[] data = client.getData().forPath(root + "/cluster");
        try {
            return UUID.fromString(new String(data, US_ASCII));
        } catch (IllegalArgumentException malformed) {
            throw new IOException(root + "/cluster does not hold a cluster id", malformed);
        }
    }

    /** Tells of every change below the path until this session ends. */
    void watch(Watcher watcher) throws Exception {
        client.watchers()
                .add()
                .withMode(AddWatchMode.PERSISTENT_RECURSIVE)
                .usingWatcher(watcher)
                .forPath(root);
    }

    /** Whether this event is the renewal of some candidate, which changes nothing for anybody else. */
    boolean isRenewal(@Nullable String path, Watcher.Event.EventType type) {
        return type == Watcher.Event.EventType.NodeDataChanged
                && path != null
                && path.startsWith(root + "/candidates/");
    }

    /**
     * This session's candidate. Made if it is not there; one whose making was never answered is found again.
     */
    String join(String nodeName, long session) throws Exception {
        for (String name : candidates()) {
            if (name.startsWith(ownPrefix)) {
                Stat stat = client.checkExists().forPath(path(name));
                if (stat != null && stat.getEphemeralOwner() == session) {
                    return path(name);
                }
            }
        }
        return client.create()
                .withMode(CreateMode.EPHEMERAL_SEQUENTIAL)
                .withACL(acl)
                .forPath(path(ownPrefix), nodeName.getBytes(UTF_8));
    }

    private String path(String candidate) {
        return root + "/candidates/" + candidate;
    }

    /** By sequence number, a signed 32-bit counter of ZooKeeper's. */
    private List<String> candidates() throws Exception {
        return client.getChildren().forPath(root + "/candidates").stream()
                .sorted(Comparator.comparingInt(LeaseTree::sequence))
                .toList();
    }

    private static int sequence(String name) {
        try {
            return Integer.parseInt(name.substring(Math.max(0, name.length() - SEQUENCE_DIGITS)));
        } catch (NumberFormatException foreign) {
            return Integer.MAX_VALUE; // no candidate of ours: it must not stand before one
        }
    }

    boolean isFirst(String candidate) throws Exception {
        List<String> all = candidates();
        return !all.isEmpty() && path(all.get(0)).equals(candidate);
    }

    boolean exists(String candidate) throws Exception {
        return client.checkExists().forPath(candidate) != null;
    }

    /** @throws KeeperException.NoNodeException if the znode was deleted: {@link #prepare} makes it again */
    Versioned read() throws Exception {
        Stat stat = new Stat();
        byte[] data = client.getData().storingStatIn(stat).forPath(root + "/lease");
        return new Versioned(data.length == 0 ? null : LeaseRecord.decode(data), stat.getVersion());
    }

    /** The write that begins a tenure: all of it, or nothing if the candidate is gone or another was faster. */
    void raise(LeaseRecord record, int expectedVersion, String candidate) throws Exception {
        var ignored = client.transaction()
                .forOperations(
                        client.transactionOp().check().forPath(candidate),
                        client.transactionOp()
                                .setData()
                                .withVersion(expectedVersion)
                                .forPath(root + "/lease", record.encode()));
    }

    /** The write that prolongs a tenure. @return the session that owns the candidate */
    long renew(String candidate, String nodeName) throws Exception {
        return client.setData().forPath(candidate, nodeName.getBytes(UTF_8)).getEphemeralOwner();
    }

    /** The holder's last words: all of it, or nothing if another has begun a tenure meanwhile. */
    void giveUp(LeaseRecord record, int expectedVersion, String candidate) throws Exception {
        var ignored = client.transaction()
                .forOperations(
                        client.transactionOp()
                                .setData()
                                .withVersion(expectedVersion)
                                .forPath(root + "/lease", record.encode()),
                        client.transactionOp().delete().forPath(candidate));
    }

    void leave(String candidate) throws Exception {
        try {
            client.delete().forPath(candidate);
        } catch (KeeperException.NoNodeException alreadyGone) {
            // That is what was wanted.
        }
    }

    Optional<String> problemWith(Exception failure) {
        return failure instanceof KeeperException.NoAuthException
                        || failure instanceof KeeperException.AuthFailedException
                ? Optional.of("The lease path " + root + " belongs to other credentials: ZooKeeper refused these ("
                        + failure.getMessage() + "). Give this node the credentials with which the path was made, or"
                        + " another path.")
                : Optional.empty();
    }
}
