package io.replsqlite.lease.curator;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.lease.Candidate;
import io.replsqlite.lease.LeaseException;
import io.replsqlite.lease.LeaseHolder;
import java.util.UUID;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher;
import org.jspecify.annotations.Nullable;

/**
 * What a node does with the znodes: renew if it holds the lease, else compete. Confined to the thread that speaks to
 * ZooKeeper.
 *
 * <p>Everything that a round concludes is bound to the session with which it began: a round in which the session changed
 * concludes nothing.
 */
final class Election {
    private final LeaseTree tree;
    private final Candidate self;
    private final ClusterId clusterId;
    private final TenureWatch tenures;
    private final Watcher watcher;
    private final MonotonicClock clock;

    private long enteredSession;
    private @Nullable String usedCandidate;
    private @Nullable LeaseRecord announced;

    Election(
            LeaseTree tree,
            Candidate self,
            ClusterId clusterId,
            TenureWatch tenures,
            Watcher watcher,
            MonotonicClock clock) {
        this.tree = tree;
        this.self = self;
        this.clusterId = clusterId;
        this.tenures = tenures;
        this.watcher = watcher;
        this.clock = clock;
    }

    /** One look at everything, one step. Called at an interval and whenever something may have changed. */
    void round() throws Exception {
        long session = tree.sessionId();
        try {
            enter(session);
            Tenure tenure = tenures.current();
            if (tenure != null) {
                renew(tenure, session);
            }
            if (tenures.current() == null && !tenures.hasResigned()) {
                compete(session);
            }
        } catch (KeeperException.NoNodeException wiped) {
            enteredSession = 0; // the next round makes what is missing
            throw wiped;
        }
    }

    /** Once per session: the znodes, the right cluster, the watch. */
    void enter(long session) throws Exception {
        if (session == enteredSession) {
            return;
        }
        tree.prepare();
        checkCluster();
        tree.watch(watcher);
        enteredSession = session;
    }

    private void checkCluster() throws Exception {
        UUID own = clusterId.known().orElse(null);
        UUID found = tree.clusterId(own == null ? UUID.randomUUID() : own);
        if (own == null) {
            clusterId.remember(found);
        } else if (!own.equals(found)) {
            String what = "The lease path belongs to cluster " + found + ", this node to cluster " + own;
            throw new LeaseException(
                    what + ". Nodes of two clusters must not compete for one lease. Give this cluster a path of its"
                            + " own; if this node is to change clusters, remove its file with the cluster's id.",
                    new IllegalStateException(what));
        }
    }

    private void renew(Tenure tenure, long session) throws Exception {
        if (session != tenure.sessionId()) {
            tenures.end(tenure, "the ZooKeeper session is another one");
            return;
        }
        RenewedDeadline.Sent sent = RenewedDeadline.Sent.now(clock);
        long owner;
        try {
            owner = tree.renew(tenure.candidate(), self.nodeName());
        } catch (KeeperException.NoNodeException deleted) {
            tenures.end(tenure, "this node's candidate was removed from ZooKeeper");
            return;
        }
        if (owner != session || tree.sessionId() != session) {
            tenures.end(tenure, "the ZooKeeper session changed");
        } else if (tenure.deadline().hasPassed()) {
            tenures.end(tenure, "its deadline passed before a renewal was answered");
        } else {
            tenure.deadline().renewed(sent);
            confirmEpoch(tenure);
        }
    }

    private void confirmEpoch(Tenure tenure) throws Exception {
        LeaseRecord record = tree.read().record();
        if (record == null || !record.epoch().equals(tenure.epoch())) {
            tenures.end(
                    tenure,
                    "ZooKeeper does not show epoch " + tenure.epoch() + " any more but "
                            + (record == null ? "none" : record.epoch() + " of node " + record.holder()));
        } else if (self.highestEpoch().get().isAfter(tenure.epoch())) {
            tenures.end(
                    tenure,
                    "this node has promised epoch " + self.highestEpoch().get());
        }
    }

    private void compete(long session) throws Exception {
        if (usedCandidate != null) {
            tree.leave(usedCandidate); // to the end of the queue
            usedCandidate = null;
        }
        String candidate = tree.join(self.nodeName(), session);
        LeaseTree.Versioned found = tree.read();
        if (tree.isFirst(candidate)) {
            raise(candidate, found, session);
        } else {
            announce(found.record());
        }
    }

    private void raise(String candidate, LeaseTree.Versioned found, long session) throws Exception {
        Epoch epoch = epochAfter(found.record());
        RenewedDeadline.Sent sent = RenewedDeadline.Sent.now(clock);
        tree.raise(new LeaseRecord(epoch, self.nodeName(), self.url(), session), found.version(), candidate);
        usedCandidate = candidate;
        RenewedDeadline deadline = new RenewedDeadline(sent, tree.sessionTimeout(), clock);
        if (tree.sessionId() == session && !deadline.hasPassed()) {
            announced = null;
            tenures.begin(new Tenure(epoch, session, candidate, deadline));
        }
    }

    private Epoch epochAfter(@Nullable LeaseRecord record) {
        Epoch written = record == null ? Epoch.NONE : record.epoch();
        Epoch promised = self.highestEpoch().get();
        return (written.isAfter(promised) ? written : promised).next();
    }

    private void announce(@Nullable LeaseRecord record) {
        if (record != null && !record.equals(announced) && !record.holder().equals(self.nodeName())) {
            announced = record;
            tenures.heldBy(new LeaseHolder(record.holder(), record.url(), record.epoch()));
        }
    }

    /** Gives up the place in the queue; the last word to ZooKeeper. */
    void leave() throws Exception {
        long session = tree.sessionId();
        tree.leave(tree.join(self.nodeName(), session));
    }
}
