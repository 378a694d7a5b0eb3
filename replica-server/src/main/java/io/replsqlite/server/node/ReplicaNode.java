package io.replsqlite.server.node;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.embed.NodeCalls;
import io.replsqlite.lease.Candidate;
import io.replsqlite.lease.Lease;
import io.replsqlite.lease.LeaseHolder;
import io.replsqlite.lease.LeaseProvider;
import io.replsqlite.lease.Member;
import io.replsqlite.server.config.NodeSetting;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.server.election.PromiseReply;
import io.replsqlite.server.election.PromiseRequest;
import io.replsqlite.server.endpoint.EndpointSettings;
import io.replsqlite.server.endpoint.HttpEndpoint;
import io.replsqlite.server.endpoint.RefusedException;
import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.server.majority.Allegiance;
import io.replsqlite.server.majority.Beat;
import io.replsqlite.server.majority.BeatReply;
import io.replsqlite.server.majority.MajorityLease;
import io.replsqlite.server.sqlite.NodeLock;
import io.replsqlite.server.store.DatabasePaths;
import io.replsqlite.server.store.OpenDatabase;
import io.replsqlite.status.Role;
import io.replsqlite.status.StatusSnapshot;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One node: its databases, its role, its endpoint. {@link #start} wires all stages; {@link #close} ends them in the
 * opposite order. What the lease says is the business of {@link NodeRole}.
 */
public final class ReplicaNode implements AutoCloseable {
    private static final Logger LOG = System.getLogger(ReplicaNode.class.getName());
    private static final Duration BEAT = Duration.ofMillis(100);

    private final NodeSettings settings;
    private final EpochPromises promises;
    private final RoleMachine roles;
    private final LeaseHistory history;
    private final ElectionFigures figures = new ElectionFigures();
    private final NodeLock lock;
    private final NodeCalls inProcess;
    /** Null if nobody but this process can reach the node. */
    private final @Nullable HttpEndpoint endpoint;

    private final URI url;
    private final LeaseProvider leases;
    private final PrimaryCalls calls;
    private final Databases databases;
    private final Members members;
    private final NodeRole role;
    private final BackupWatch backupWatch;
    private final DiskWatch diskWatch;
    private final ScheduledExecutorService beatThread =
            Executors.newSingleThreadScheduledExecutor(NamedThreads.of("heartbeat"));

    private ReplicaNode(NodeSettings settings, NodeLock lock, MonotonicClock clock) throws IOException {
        this.settings = settings;
        this.lock = lock;
        NodeFiles files = new NodeFiles(settings.directory());
        this.promises = new EpochPromises(files);
        this.roles = new RoleMachine(clock);
        this.history = new LeaseHistory(files.historyFile(), clock);
        NodeCredentials credentials = new NodeCredentials(files, settings);
        NodeRoutes routes = new NodeRoutes(this, settings, clock);
        this.inProcess = routes.inProcess();
        this.endpoint = settings.listen().isEmpty() ? null : endpoint(credentials, routes, clock);
        this.url = bind();
        this.calls = new PrimaryCalls(settings, credentials, promises::highest);
        this.members = new Members(files.membersFile(), settings.name(), clock);
        NodeIdentity self = NodeParts.identity(settings);
        Allegiance allegiance = new Allegiance(self.terms(), promises, clock);
        this.leases = NodeParts.leaseProvider(
                settings, url, promises, allegiance, new NodePeers(members, calls, figures, clock), clock);
        this.databases = new Databases(
                settings.directory(), files, credentials, NodeParts.databaseSettings(settings, url), promises, clock);
        this.backupWatch = new BackupWatch(settings, databases, clock);
        this.diskWatch = new DiskWatch(
                settings.name(), settings.duration(NodeSetting.DISK_STALL_LIMIT), databases, leases, clock);
        Takeover takeover = new Takeover(
                self,
                new DatabaseHoldings(databases, calls, clock),
                promises,
                allegiance,
                members,
                leases,
                calls::promise,
                clock);
        KnownPrimary primary = new KnownPrimary(roles);
        NodeTenure tenure = new NodeTenure(
                settings.databases(), databases, promises, leases, takeover, primary, roles, history, figures, clock);
        this.role = new NodeRole(
                databases,
                promises,
                allegiance,
                leases,
                members,
                takeover,
                primary,
                tenure,
                calls,
                roles,
                history,
                diskWatch,
                clock);
    }

    /** This node's drills and signs of life. */
    BackupWatch backupWatch() {
        return backupWatch;
    }

    private HttpEndpoint endpoint(NodeCredentials credentials, NodeRoutes routes, MonotonicClock clock)
            throws IOException {
        EndpointSettings endpointSettings =
                NodeParts.endpointSettings(settings, settings.listen().orElseThrow(), credentials.serverContext());
        return new HttpEndpoint(endpointSettings, routes.all(), credentials.accepted(), clock);
    }

    /** @return under which the node is known; nobody can ask there if it has no endpoint */
    private URI bind() throws IOException {
        if (endpoint == null) {
            return URI.create("embedded:" + settings.name());
        }
        int port = endpoint.bind();
        String host = settings.listen().orElseThrow().host();
        return settings.advertiseUrl().orElse(NodeParts.ownUrl(settings, host, port));
    }

    /** Starts a node; returns once it listens, if it does. Its role follows when the lease has spoken: {@link #awaitRole}. */
    public static ReplicaNode start(NodeSettings settings, MonotonicClock clock) throws IOException {
        ReplicaNode node = locked(settings, clock);
        try {
            node.run();
            return node;
        } catch (IOException | RuntimeException failure) {
            node.closeAfter(failure);
            throw failure;
        }
    }

    private static ReplicaNode locked(NodeSettings settings, MonotonicClock clock) throws IOException {
        DurableFiles.createDirectories(settings.directory());
        NodeLock lock = NodeLock.acquireIn(NodeFiles.directoryIn(settings.directory()), settings.directory());
        try {
            return new ReplicaNode(settings, lock, clock);
        } catch (IOException | RuntimeException failure) {
            lock.close();
            throw failure;
        }
    }

    private void closeAfter(Exception failure) {
        try {
            close();
        } catch (IOException | RuntimeException second) {
            failure.addSuppressed(second);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() throws IOException {
        LOG.log(Level.INFO, "node {0} is known as {1}; lease {2}", settings.name(), url, leases.describe());
        databases.openListed();
        if (endpoint != null) {
            endpoint.serve();
        }
        var ignored = beatThread.scheduleWithFixedDelay(this::beat, 0, BEAT.toMillis(), TimeUnit.MILLISECONDS);
        backupWatch.start();
        diskWatch.start(role);
        role.start(new Candidate(settings.name(), url, settings.flag(NodeSetting.CANDIDATE), promises::highest));
    }

    public String name() {
        return settings.name();
    }

    public URI url() {
        return url;
    }

    /** What it answers to drivers in this process. */
    public NodeCalls inProcess() {
        return inProcess;
    }

    /**
     * Makes sure that the primary has a database; a follower gets it from there.
     *
     * @throws IOException if it cannot be created
     */
    public void require(String database) throws IOException, InterruptedException {
        boolean ignored = onRoleThread(() -> {
            boolean missing = role.primary().lease() != null
                    && databases.catalogue().present(database).isEmpty();
            return missing && role.create(database).isLeading();
        });
    }

    /** Where its files are. */
    public Path databaseFile(String database) {
        return DatabasePaths.of(settings.directory(), database).databaseFile();
    }

    /** Keeps the descriptors of a database that is open here, past its end, until this is closed. */
    public Closeable hold(String database) throws IOException {
        OpenDatabase open = databases.byName(database).files().orElse(null);
        if (open == null) {
            throw new IOException("the node has not opened its copy of " + database + " yet");
        }
        return open.files().hold();
    }

    Databases databases() {
        return databases;
    }

    RoleMachine roles() {
        return roles;
    }

    Epoch promisedEpoch() {
        return promises.highest();
    }

    /** The primary's URL as far as this node knows; empty if it does not. */
    String primaryUrl() {
        LeaseHolder other = role.primary().other();
        return role.primary().lease() != null
                ? url.toString()
                : other == null ? "" : other.url().toString();
    }

    public boolean isPrimary() {
        return roles.role() == Role.LEADING;
    }

    public Role role() {
        return roles.role();
    }

    /** Why the node has failed; nothing if it has not. */
    public Optional<String> failure() {
        List<RoleMachine.Transition> history = roles.history();
        return roles.role() == Role.FAILED
                ? Optional.of(history.get(history.size() - 1).reason())
                : Optional.empty();
    }

    /** Waits until the lease has given this node a role. */
    public boolean awaitRole(Duration atMost) throws InterruptedException {
        return role.awaitSettled(atMost);
    }

    /** Leaves the lease to another node; see {@link NodeRole#handOff}. */
    Member handOff(@Nullable String to) throws IOException, InterruptedException {
        return role.handOff(to);
    }

    /** What has happened to the lease, as this node saw it. */
    LeaseHistory history() {
        return history;
    }

    ElectionFigures figures() {
        return figures;
    }

    /** The other nodes of the cluster, as far as they are known. */
    List<Member> members() {
        return members.others();
    }

    /** Has the lease looked at: somebody knows of a higher epoch. Returns at once. */
    void confirmLease() {
        leases.confirm();
    }

    /** Waits a moment for a primary, if it is about to become known. */
    void awaitPrimary(Deadline deadline) throws InterruptedException {
        role.primary().await(deadline);
    }

    /** Answers what another node says of itself, at once. */
    BeatReply beat(Beat beat) throws RefusedException {
        if (leases instanceof MajorityLease majority) {
            members.heard(beat.node(), beat.url());
            return majority.answer(beat);
        }
        throw new RefusedException(
                409, "noVoters", "Node " + name() + " knows no voters: set voters, the same on every node.");
    }

    /** What people should know of the lease; nothing if all is as it should be. */
    Optional<String> leaseNote() {
        return leases.note();
    }

    /** Answers a candidate; see {@link NodeRole#promise}. */
    PromiseReply promise(PromiseRequest request) throws IOException, InterruptedException {
        return figures.counted(() -> role.promise(request));
    }

    /** Runs a change of the catalogue on the role thread, and waits for it. */
    <T> T onRoleThread(Callable<T> change) throws IOException, InterruptedException {
        return role.onRoleThread(change);
    }

    /** Creates a database on the primary, or adopts the file that stands at its place. On the role thread. */
    ReplicatedDatabase create(String name) throws Exception {
        return role.create(name);
    }

    private void beat() {
        Lease held = role.primary().lease();
        long deadline = held == null ? StatusSnapshot.NEVER : held.deadline().atNanos();
        for (ReplicatedDatabase database : databases.open()) {
            guarded("heartbeat of " + database.name(), () -> database.heartbeat(deadline));
        }
    }

    /** One failure must not end the heartbeat of all. */
    private static void guarded(String what, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException failure) {
            LOG.log(Level.WARNING, "no " + what, failure);
        }
    }

    /** Ends writing, lets followers catch up, gives up the lease, ends every database in good order, stops listening. */
    @Override
    public void close() throws IOException, InterruptedException {
        if (role.isClosed()) {
            return;
        }
        backupWatch.close();
        diskWatch.close();
        role.handOver();
        beatThread.shutdown();
        try (lock) {
            role.close();
            if (endpoint != null) {
                endpoint.close();
            }
            calls.close();
        }
    }
}
