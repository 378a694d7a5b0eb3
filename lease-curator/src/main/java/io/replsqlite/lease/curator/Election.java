package io.replsqlite.lease.curator;

import io.replsqlite.base.ClockReading;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.lease.Candidate;
import io.replsqlite.lease.LeaseException;
import io.replsqlite.lease.LeaseHolder;
import io.replsqlite.lease.Member;
import java.time.Duration;
import java.util.List;
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

    /** For so long the others stand back for a successor that was named. */
    private static final Duration SUCCESSION = Duration.ofSeconds(3);

    private volatile List<Member> members = List.of();
    private volatile boolean membersChanged;

    /** A tenure is being given up: until ZooKeeper has heard who is next, this node must not compete. */
    private volatile boolean resigning;

    private long enteredSession;
    private @Nullable String usedCandidate;
    private @Nullable LeaseRecord announced;
    private @Nullable LeaseRecord succession;
    private Deadline standBackUntil;
    private Deadline pauseUntil;

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
        this.standBackUntil = Deadline.after(Duration.ZERO, clock);
        this.pauseUntil = standBackUntil;
    }

    /** One look at everything, one step. Called at an interval and whenever something may have changed. */
    void round() throws Exception {
        long session = tree.sessionId();
        try {
            enter(session);
            if (membersChanged) {
                readMembers();
            }
            Tenure tenure = tenures.current();
            if (tenure != null) {
                renew(tenure, session);
            }
            if (tenures.current() == null && !tenures.hasResigned() && !resigning) {
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
        tree.members().register(self.asMember(), session);
        tree.watch(watcher);
        readMembers();
        enteredSession = session;
    }

    private void readMembers() throws Exception {
        membersChanged = false; // before the look: what changes during it causes another
        members = tree.members().all();
    }

    /** As of the last look. Any thread. */
    List<Member> members() {
        return members;
    }

    /** Any thread. */
    void membersChanged() {
        membersChanged = true;
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
        ClockReading sent = ClockReading.now(clock);
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
        LeaseTree.Versioned found = tree.read();
        boolean stands = self.stands() && (pauseUntil.hasPassed() || isNamed(found.record()));
        String candidate = stands ? tree.join(self.nodeName(), session) : null;
        if (candidate != null && mayRaise(candidate, found.record())) {
            raise(candidate, found, session);
        } else {
            announce(found.record());
        }
    }

    /**
     * The order of the queue counts only once the holder is gone: whoever was named as successor may stand behind others. A
     * candidate that is gone never comes back, and the write that follows fails if anybody was faster.
     */
    private boolean mayRaise(String candidate, @Nullable LeaseRecord record) throws Exception {
        if (record != null && !record.isGivenUp() && tree.exists(record.candidate())) {
            return false;
        }
        return isNamed(record) || (!standsBack(record) && tree.isFirst(candidate));
    }

    private boolean isNamed(@Nullable LeaseRecord record) {
        return record != null && self.nodeName().equals(record.successor());
    }

    /** Whether another was named as successor, is there, and has had no time yet to take the lease. */
    private boolean standsBack(@Nullable LeaseRecord record) throws Exception {
        if (record == null || record.successor() == null) {
            succession = null;
            return false;
        }
        if (!record.equals(succession)) {
            succession = record;
            standBackUntil = Deadline.after(SUCCESSION, clock);
        }
        return !standBackUntil.hasPassed() && tree.members().isAlive(record.successor());
    }

    private void raise(String candidate, LeaseTree.Versioned found, long session) throws Exception {
        Epoch epoch = epochAfter(found.record());
        ClockReading sent = ClockReading.now(clock);
        tree.raise(
                new LeaseRecord(epoch, self.nodeName(), self.url(), session, candidate, null),
                found.version(),
                candidate);
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
        if (record == null
                || record.isGivenUp()
                || record.equals(announced)
                || record.holder().equals(self.nodeName())) {
            return;
        }
        announced = record;
        tenures.heldBy(new LeaseHolder(record.holder(), record.url(), record.epoch()));
    }

    /** Before the tenure ends for this node; {@link #giveUp} follows. Any thread. */
    void resigns() {
        resigning = true;
    }

    /** There was none to give up. */
    void resignedAlready() {
        resigning = false;
    }

    /** The tenure is over for this node already; ZooKeeper hears of it, and who shall be next. */
    void giveUp(Tenure tenure, @Nullable String successor, Duration pause) throws Exception {
        try {
            pauseUntil = Deadline.after(pause, clock);
            announced = null;
            LeaseTree.Versioned found = tree.read();
            LeaseRecord record = found.record();
            if (record != null && record.epoch().equals(tenure.epoch())) {
                tree.giveUp(record.givenUpFor(successor), found.version(), tenure.candidate());
                usedCandidate = null;
            }
        } finally {
            resigning = false;
        }
    }

    /** Gives up the place in the queue; the last word to ZooKeeper. */
    void leave() throws Exception {
        long session = tree.sessionId();
        tree.leave(tree.join(self.nodeName(), session));
    }
}
