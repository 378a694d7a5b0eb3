package io.replsqlite.server.node;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.lease.Candidate;
import io.replsqlite.lease.Lease;
import io.replsqlite.lease.LeaseException;
import io.replsqlite.lease.LeaseHolder;
import io.replsqlite.lease.LeaseListener;
import io.replsqlite.lease.LeaseProvider;
import io.replsqlite.lease.Member;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.server.election.NodeReport;
import io.replsqlite.server.election.PromiseReply;
import io.replsqlite.server.election.PromiseRequest;
import io.replsqlite.server.endpoint.RefusedException;
import io.replsqlite.server.majority.Allegiance;
import io.replsqlite.server.majority.BoundException;
import io.replsqlite.server.node.ElectionFigures.Ended;
import io.replsqlite.status.Role;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What a node does when the lease speaks: leads, follows, stands down, or gives up; and, between such words, what keeps
 * its databases in order. All of it runs on one thread, {@code role}, one thing after the other; positions of the role
 * are for any thread.
 */
final class NodeRole {
    private static final Logger LOG = System.getLogger(NodeRole.class.getName());
    private static final Duration HOUSEKEEPING = Duration.ofSeconds(1);
    private static final Duration DRAIN = Duration.ofSeconds(2);

    /** So long at most is read ahead each second: the same thread gives promises. */
    private static final Duration READING = Duration.ofMillis(50);

    /** After a handoff, so long is this node no better primary than the one it has chosen. */
    private static final Duration STAND_BACK = Duration.ofSeconds(10);

    /** After a handoff, before this node competes again; one that stops does not, so its pause outlasts {@link #SUCCESSION}. */
    private static final Duration OTHERS_FIRST = Duration.ofSeconds(1);

    /** How long a node that stops waits for its successor to ask for its promise. */
    private static final Duration SUCCESSION = Duration.ofSeconds(2);

    /** How long a candidate waits for this node's answer: a later one reaches nobody, and keeps a thread of the endpoint. */
    private static final Duration PROMISE_ANSWER = Duration.ofSeconds(2);

    private final Databases databases;
    private final EpochPromises promises;
    private final Allegiance allegiance;
    private final LeaseProvider leases;
    private final Members members;
    private final Takeover takeover;
    private final Handoff handoff;
    private final KnownPrimary primary;
    private final NodeTenure tenure;
    private final PrimaryCalls calls;
    private final CatalogueWatch watch;
    private final RoleMachine machine;
    private final LeaseHistory history;
    private final DiskWatch diskWatch;
    private final MonotonicClock clock;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(NamedThreads.of("role"));
    private final CountDownLatch settled = new CountDownLatch(1);
    private final NewsLog housekeeping = new NewsLog();
    private final NewsLog records = new NewsLog();
    private final NewsLog promiseCopies = new NewsLog();
    private final NewsLog catalogueNews = new NewsLog();
    private boolean closing; // on the role thread only
    private Deadline standingBack; // on the role thread only
    private @Nullable Succession succession; // the last handoff; on the role thread only

    /** That node had everything of this epoch when its writing had ended. */
    private record Succession(Epoch epoch, String successor) {}

    NodeRole(
            Databases databases,
            EpochPromises promises,
            Allegiance allegiance,
            LeaseProvider leases,
            Members members,
            Takeover takeover,
            KnownPrimary primary,
            NodeTenure tenure,
            PrimaryCalls calls,
            RoleMachine machine,
            LeaseHistory history,
            DiskWatch diskWatch,
            MonotonicClock clock) {
        this.databases = databases;
        this.promises = promises;
        this.allegiance = allegiance;
        this.leases = leases;
        this.members = members;
        this.takeover = takeover;
        this.handoff = new Handoff(databases, members, leases, clock);
        this.primary = primary;
        this.tenure = tenure;
        this.calls = calls;
        this.watch = new CatalogueWatch(calls, new OnCatalogue());
        this.machine = machine;
        this.history = history;
        this.diskWatch = diskWatch;
        this.clock = clock;
        this.standingBack = Deadline.after(Duration.ZERO, clock);
        promises.onHeard(promised -> thread.execute(() -> changeRole(promised, () -> heard(promised))));
    }

    void start(Candidate self) throws LeaseException {
        watch.start();
        leases.start(self, new OnLease());
        var ignored = thread.scheduleWithFixedDelay(
                this::keepHouse, HOUSEKEEPING.toMillis(), HOUSEKEEPING.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Who leads, for any thread. */
    KnownPrimary primary() {
        return primary;
    }

    /** Waits until the lease has given this node a role. */
    boolean awaitSettled(Duration atMost) throws InterruptedException {
        return settled.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Runs a role change or a change of the catalogue on the role thread, and waits for it. */
    <T> T onRoleThread(Callable<T> change) throws IOException, InterruptedException {
        Future<T> result = thread.submit(change);
        try {
            return result.get();
        } catch (ExecutionException failed) {
            throw asIo(failed.getCause());
        }
    }

    /** The same for a promise that is stored, and for no longer than its candidate waits: the disk may answer no more. */
    private PromiseReply inTimeOnRoleThread(Epoch promised, Callable<PromiseReply> answer)
            throws IOException, InterruptedException {
        AtomicBoolean late = new AtomicBoolean();
        Future<PromiseReply> result = thread.submit(() -> evenIfLate(answer, late));
        try {
            return result.get(PROMISE_ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw asIo(failed.getCause());
        } catch (TimeoutException busy) {
            late.set(true); // not cancelled: a primary has to stand down for what it has promised
            throw new RefusedException(
                    503,
                    "busy",
                    "Epoch " + promised + " is promised, but this node cannot tell what it has: for "
                            + PROMISE_ANSWER.toMillis() + " ms it has been waiting for the end of what it did before,"
                            + " which a disk that does not answer may hold up. Ask again; until then this is no vote.");
        }
    }

    private static PromiseReply evenIfLate(Callable<PromiseReply> answer, AtomicBoolean late) throws Exception {
        try {
            return answer.call();
        } catch (Exception failure) {
            if (late.get()) {
                LOG.log(Level.WARNING, "a promise that came late could not be kept to its end", failure);
            }
            throw failure;
        }
    }

    private static IOException asIo(@Nullable Throwable cause) {
        return cause instanceof IOException io ? io : new IOException(String.valueOf(cause), cause);
    }

    private void lead(Lease granted) throws IOException, SQLException, InterruptedException {
        if (!tenure.gaveUp(granted)) {
            watch.follow(null);
            tenure.lead(granted);
        }
    }

    /** The next epoch of this node must exceed what others have promised. */
    private void heard(Epoch promised) throws IOException, InterruptedException {
        if (promised.isAfter(promises.highest())) {
            promises.promise(promised, "");
        }
        tenure.standDownBelow(promised, "another node has promised epoch " + promised);
    }

    /**
     * Answers a candidate: stores the promise, ends what could still bring records of a lower epoch, tells what is here.
     *
     * @throws IOException if that cannot be told now; the promise may have been stored
     */
    PromiseReply promise(PromiseRequest request) throws IOException, InterruptedException {
        String objection = takeover.objectionTo(request);
        if (!objection.isEmpty()) {
            throw new RefusedException(409, "otherVoters", "No promise: " + objection + ".");
        }
        Laps laps = new Laps(clock);
        try {
            allegiance.promise(request.epoch(), request.candidate());
            laps.end("storing");
        } catch (EpochOverException over) {
            return takeover.refuse(over.promised());
        } catch (BoundException bound) {
            throw new RefusedException(409, "bound", String.valueOf(bound.getMessage()));
        }
        return inTimeOnRoleThread(request.epoch(), () -> {
            laps.end("turn");
            PromiseReply reply = new PromiseReply.Promised(atRestFor(request));
            laps.end("rest");
            LOG.log(
                    Level.DEBUG,
                    "epoch {0} is promised to node {1}; took {2}",
                    request.epoch(),
                    request.candidate(),
                    laps);
            return reply;
        });
    }

    private NodeReport atRestFor(PromiseRequest request) throws IOException, SQLException, InterruptedException {
        databases.requireNotClosed();
        tenure.standDownBelow(
                request.epoch(), "node " + request.candidate() + " is to lead in epoch " + request.epoch());
        if (closing) { // it has no lease any more, and must not vouch for anything either
            tenure.restAll();
        }
        expect(request);
        NodeReport report = takeover.report(request.epoch(), couldLead());
        return hasHandedOverTo(request) ? report.handedOver() : report;
    }

    /** Nothing was promised since, and no epoch lies between, so nobody can have led and written there. */
    private boolean hasHandedOverTo(PromiseRequest request) {
        Succession last = succession;
        return last != null
                && last.successor().equals(request.candidate())
                && request.epoch().equals(last.epoch().next())
                && promises.followsAtOnce(request.epoch(), last.epoch());
    }

    /** Not a node that stops, nor one that has just handed the lease to another. */
    private boolean couldLead() {
        return !closing && machine.role() != Role.FAILED && standingBack.hasPassed();
    }

    private void expect(PromiseRequest request) {
        members.byName(request.candidate())
                .ifPresent(candidate ->
                        primary.isAboutToBe(new LeaseHolder(request.candidate(), candidate.url(), request.epoch())));
    }

    /**
     * Leaves the lease to a follower: lets open transactions end, stops the writing, waits until that follower has
     * everything. Callers are held meanwhile and find the next primary then.
     *
     * @param wanted its name; null for the one that lags least
     * @return who it is
     * @throws RefusedException if nobody can take over; then this node goes on leading
     */
    Member handOff(@Nullable String wanted) throws IOException, InterruptedException {
        return onRoleThread(() -> {
            if (machine.role() != Role.LEADING) {
                throw new RefusedException(409, "notPrimary", "This node is not the primary; ask the primary.");
            }
            Member target = handoff.successors().choose(wanted);
            String why = "the lease is handed to node " + target.nodeName();
            boolean ignored = handOffTo(target, why);
            tenure.end(Ended.HANDED_OVER, why);
            return target;
        });
    }

    /** @return whether that node is about to lead */
    private boolean handOffTo(Member target, String why) throws InterruptedException {
        Lease held = primary.lease();
        Epoch epoch = held == null ? promises.highest() : held.epoch();
        standingBack = Deadline.after(STAND_BACK, clock);
        handoff.finishTransactions();
        tenure.drain(closing ? Ended.STOPPED : Ended.HANDED_OVER, why);
        boolean isLevel = handoff.moveTo(target, epoch, closing ? STAND_BACK : OTHERS_FIRST);
        succession = isLevel ? new Succession(epoch, target.nodeName()) : null;
        return isLevel;
    }

    /** If it is still that one; the lease has been given up already. Any thread; returns at once. */
    void endTenure(Lease given, String why, Runnable then) {
        thread.execute(() -> {
            changeRole(promises.highest(), () -> {
                if (given.equals(primary.lease())) {
                    tenure.end(Ended.DISK_STALLED, why);
                }
            });
            then.run();
        });
    }

    private void followHolder(LeaseHolder newHolder) throws InterruptedException {
        String reason = "node " + newHolder.nodeName() + " holds the lease";
        if (primary.lease() != null) {
            tenure.drain(Ended.ANOTHER_LEADS, reason);
        }
        primary.is(newHolder);
        watch.follow(newHolder);
        boolean epochIsKnown = newHolder.epoch().isAfter(Epoch.NONE);
        tenure.change(Role.FOLLOWER, epochIsKnown ? newHolder.epoch() : promises.highest(), reason);
        if (epochIsKnown) {
            history.tenure(LeaseEvent.Kind.SEEN, newHolder.epoch(), newHolder.nodeName(), reason, List.of());
        }
        for (ReplicatedDatabase database : databases.open()) {
            follow(database, newHolder);
        }
    }

    /** Housekeeping tries again what fails here: one database must not keep the others from following. */
    private void follow(ReplicatedDatabase database, LeaseHolder leader) throws InterruptedException {
        try {
            database.follow(
                    calls.database(leader.url(), database.name()), leader.url().toString());
        } catch (IOException | SQLException | RuntimeException failure) {
            LOG.log(Level.WARNING, database.name() + " cannot follow yet", failure);
        }
    }

    private void followCatalogue(LeaseHolder leader, List<Catalogue.Entry> entries)
            throws IOException, SQLException, InterruptedException {
        try {
            databases.takeOver(entries);
        } finally {
            for (ReplicatedDatabase opened : databases.openListed()) {
                follow(opened, leader);
            }
        }
    }

    /** See {@link NodeTenure#create}. */
    ReplicatedDatabase create(String name) throws IOException, SQLException, InterruptedException {
        return tenure.create(name);
    }

    /** On the role thread, every second. */
    private void keepHouse() {
        try {
            tenure.giveUpIfFailed();
            databases.refreshCredentials();
            keepRecords();
            Deadline reading = Deadline.after(READING, clock);
            for (ReplicatedDatabase database : databases.open()) {
                keep(database, reading);
            }
            housekeeping.over();
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException problem) {
            housekeeping.warn(problem);
        }
    }

    private void keep(ReplicatedDatabase database, Deadline reading) throws IOException, InterruptedException {
        LeaseHolder leader = primary.holder();
        if (leader != null && !database.isFollowing()) {
            follow(database, leader);
        }
        database.retainLog();
        database.retargetBackups();
        try {
            database.readOutcomes(reading);
        } catch (IOException damaged) {
            LOG.log(
                    Level.WARNING,
                    database.name() + ": the log cannot be read from its start, so this node could not lead",
                    damaged);
        }
    }

    /** What cannot be written now is tried again, and keeps no database from following or from making room. */
    private void keepRecords() {
        settlePromise();
        try {
            members.update(leases.members());
            history.sync();
            records.over();
        } catch (IOException full) {
            records.warn(full);
        }
    }

    /** While this node can still write, no other may get the lease. @return whether another node is about to lead */
    private boolean drainAndRelease() throws IOException, InterruptedException {
        boolean leads = machine.role() == Role.LEADING;
        Optional<Member> next = leads ? handoff.successors().best() : Optional.empty();
        boolean succeeded = false;
        if (next.isPresent()) {
            succeeded = handOffTo(
                    next.get(),
                    "the node stops and leaves the lease to node " + next.get().nodeName());
        } else if (leads) {
            tenure.drain(Ended.STOPPED, "the node stops");
            for (ReplicatedDatabase database : databases.open()) {
                database.drain(DRAIN);
            }
        }
        watch.follow(null);
        primary.is(null);
        return succeeded;
    }

    private interface RoleChange {
        void run() throws IOException, SQLException, InterruptedException;
    }

    private void changeRole(Epoch epoch, RoleChange change) {
        try {
            if (!closing) {
                runOrFail(epoch, change);
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } finally {
            settled.countDown();
        }
    }

    private void runOrFail(Epoch epoch, RoleChange change) throws InterruptedException {
        try {
            change.run();
        } catch (IOException | SQLException | RuntimeException failure) {
            tenure.fail(epoch, failure);
        }
    }

    /** Hands every word of the lease to the role thread, in order. */
    private final class OnLease implements LeaseListener {
        @Override
        public void granted(Lease granted) {
            if (diskWatch.refuses(granted)) {
                return;
            }
            thread.execute(() -> changeRole(granted.epoch(), () -> lead(granted)));
        }

        @Override
        public void lost(String reason) {
            LOG.log(Level.WARNING, "the lease is lost: {0}", reason);
            thread.execute(() -> changeRole(promises.highest(), () -> tenure.end(Ended.LEASE_LOST, reason)));
        }

        @Override
        public void heldBy(LeaseHolder newHolder) {
            primary.isAnnounced(newHolder);
            thread.execute(() -> changeRole(newHolder.epoch(), () -> followHolder(newHolder)));
        }
    }

    /** Hands what the primary's catalogue says to the role thread. */
    private final class OnCatalogue implements CatalogueWatch.Listener {
        @Override
        public void read(LeaseHolder leader, List<Catalogue.Entry> entries) {
            thread.execute(() -> {
                try {
                    if (leader.equals(primary.holder())) {
                        followCatalogue(leader, entries);
                        catalogueNews.over();
                    }
                } catch (InterruptedException stopping) {
                    Thread.currentThread().interrupt();
                } catch (IOException | SQLException | RuntimeException problem) {
                    catalogueNews.warn(problem); // the next look tries again
                }
            });
        }

        @Override
        public void failed(LeaseHolder leader, IOException failure) {
            thread.execute(() -> catalogueNews.warn(failure)); // it may come up later
        }
    }

    /**
     * Ends writing, lets the followers catch up, gives the lease up; no word of the lease is heard any more. Where another
     * node takes over, this one still tells it what it has and sends callers there.
     */
    void handOver() throws IOException, InterruptedException {
        Epoch last = promises.highest();
        boolean succeeded = onRoleThread(() -> {
            closing = true;
            return drainAndRelease();
        });
        if (succeeded) {
            awaitPromiseAbove(last, Deadline.after(SUCCESSION, clock));
        }
        leases.close();
    }

    private void awaitPromiseAbove(Epoch epoch, Deadline deadline) throws InterruptedException {
        long seen = primary.newsSeen();
        while (!promises.highest().isAfter(epoch) && primary.awaitNews(seen, deadline)) {
            seen = primary.newsSeen();
        }
    }

    /** After {@link #handOver}: ends every database in good order. */
    void close() throws IOException, InterruptedException {
        onRoleThread(() -> {
            databases.closeAll();
            tenure.change(Role.NONE, promises.highest(), "the node stops");
            history.close();
            settlePromise();
            return true;
        });
        watch.close();
        thread.shutdown();
    }

    /** It stands in one place already, which is enough to start from. */
    private void settlePromise() {
        try {
            promises.settle();
            promiseCopies.over();
        } catch (IOException refused) {
            promiseCopies.warn(refused);
        }
    }

    boolean isClosed() {
        return thread.isShutdown();
    }
}
