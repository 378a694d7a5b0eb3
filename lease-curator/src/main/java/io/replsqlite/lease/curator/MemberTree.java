package io.replsqlite.lease.curator;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.replsqlite.lease.Member;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.ACL;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/**
 * The znodes below {@code members}: who belongs to the cluster, and which names are in use. Blocks; for the thread that
 * speaks to ZooKeeper.
 */
final class MemberTree {
    private final CuratorFramework client;
    private final String path;
    private final List<ACL> acl;

    MemberTree(CuratorFramework client, String root, List<ACL> acl) {
        this.client = client;
        this.path = root + "/members";
        this.acl = acl;
    }

    boolean isBelow(@Nullable String changedPath) {
        return changedPath != null && changedPath.startsWith(path);
    }

    /**
     * Writes this node down, for as long as the cluster lives, and claims its name, for as long as the session does.
     *
     * @throws NameTakenException if another node of that name is alive
     */
    void register(Member self, long session) throws Exception {
        byte[] data = MemberRecord.encode(self);
        claimName(self, session, data);
        client.setData().forPath(member(self.nodeName()), data);
    }

    private void claimName(Member self, long session, byte[] data) throws Exception {
        make(member(self.nodeName()), data, CreateMode.PERSISTENT);
        byte[] url = self.url().toString().getBytes(UTF_8);
        String alive = member(self.nodeName()) + "/alive";
        while (!make(alive, url, CreateMode.EPHEMERAL)) {
            Stat stat = new Stat();
            String taken;
            try {
                taken = new String(client.getData().storingStatIn(stat).forPath(alive), UTF_8);
            } catch (KeeperException.NoNodeException ended) {
                continue;
            }
            if (stat.getEphemeralOwner() == session) {
                return;
            }
            if (!taken.equals(self.url().toString())) {
                throw new NameTakenException(self.nodeName(), taken);
            }
            remove(alive); // of this node's former process: nobody else listens at its address
        }
    }

    /** @return whether it was not there */
    private boolean make(String znode, byte[] data, CreateMode mode) throws Exception {
        try {
            String ignored = client.create().withMode(mode).withACL(acl).forPath(znode, data);
            return true;
        } catch (KeeperException.NodeExistsException alreadyThere) {
            return false;
        }
    }

    private void remove(String znode) throws Exception {
        try {
            client.delete().forPath(znode);
        } catch (KeeperException.NoNodeException alreadyGone) {
            // That is what was wanted.
        }
    }

    List<Member> all() throws Exception {
        List<Member> members = new ArrayList<>();
        for (String name : client.getChildren().forPath(path).stream().sorted().toList()) {
            members.add(MemberRecord.decode(name, client.getData().forPath(member(name))));
        }
        return members;
    }

    boolean isAlive(String nodeName) throws Exception {
        return client.checkExists().forPath(member(nodeName) + "/alive") != null;
    }

    private String member(String nodeName) {
        return path + "/" + nodeName;
    }

    /** A second node of one name. */
    static final class NameTakenException extends IOException {
        private static final long serialVersionUID = 1L;

        NameTakenException(String nodeName, String url) {
            super("Another node named " + nodeName + " runs at " + url
                    + ". Names are unique in a cluster: give this node another one, or stop the other.");
        }
    }
}
