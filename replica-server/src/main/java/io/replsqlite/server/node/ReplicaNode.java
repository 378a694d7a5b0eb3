package io.replsqlite.server.node;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.lease.Candidate;
import io.replsqlite.lease.Lease;
import io.replsqlite.lease.LeaseHolder;
import io.replsqlite.lease.LeaseProvider;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.server.endpoint.HttpEndpoint;
import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.status.Role;
import io.replsqlite.status.StatusSnapshot;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

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
    private final HttpEndpoint endpoint;
    private final URI url;
    private final LeaseProvider leases;
    private final PrimaryCalls calls;
    private final Databases databases;
    private final NodeRole role;
    private final ScheduledExecutorService beatThread =
            Executors.newSingleThreadScheduledExecutor(NamedThreads.of("heartbeat"));

    private ReplicaNode(NodeSettings settings, MonotonicClock clock) throws IOException {
        this.settings = settings;
        DurableFiles.createDirectories(settings.directory());
        NodeFiles files = new NodeFiles(settings.directory());
        this.promises = new EpochPromises(files);
        this.roles = new RoleMachine(clock);
        NodeCredentials credentials = new NodeCredentials(files, settings);
        this.endpoint = new HttpEndpoint(
                NodeParts.endpointSettings(settings, credentials.serverContext()),
                new NodeRoutes(this, settings, clock).all(),
                credentials.accepted(),
                clock);
        int port = endpoint.bind();
        this.url = settings.advertiseUrl().orElse(NodeParts.ownUrl(settings, port));
        this.leases = NodeParts.leaseProvider(settings, url, clock);
        this.calls = new PrimaryCalls(settings, credentials);
        this.databases = new Databases(
                settings.directory(), files, credentials, NodeParts.databaseSettings(settings, url), promises, clock);
        this.role = new NodeRole(settings.databases(), databases, promises, leases, calls, roles);
    }

    /** Starts a node; returns once it listens. Its role follows when the lease has spoken: {@link #awaitRole}. */
    public static ReplicaNode start(NodeSettings settings, MonotonicClock clock) throws IOException {
        ReplicaNode node = new ReplicaNode(settings, clock);
        try {
            node.run();
            return node;
        } catch (IOException | RuntimeException failure) {
            node.closeAfter(failure);
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
        LOG.log(Level.INFO, "node {0} listens on {1}; lease {2}", settings.name(), url, leases.describe());
        databases.openListed();
        endpoint.serve();
        var ignored = beatThread.scheduleWithFixedDelay(this::beat, 0, BEAT.toMillis(), TimeUnit.MILLISECONDS);
        role.start(new Candidate(settings.name(), url, promises::highest));
    }

    public String name() {
        return settings.name();
    }

    public URI url() {
        return url;
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
        LeaseHolder other = role.holder();
        return role.lease() != null
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

    /** Runs a change of the catalogue on the role thread, and waits for it. */
    <T> T onRoleThread(Callable<T> change) throws IOException, InterruptedException {
        return role.onRoleThread(change);
    }

    /** Creates a database on the primary, or adopts the file that stands at its place. On the role thread. */
    ReplicatedDatabase create(String name) throws Exception {
        return role.create(name);
    }

    private void beat() {
        Lease held = role.lease();
        long deadline = held == null ? StatusSnapshot.NEVER : held.deadline().atNanos();
        for (ReplicatedDatabase database : databases.open()) {
            try {
                database.heartbeat(deadline);
            } catch (RuntimeException failure) { // must not end the heartbeat of all
                LOG.log(Level.WARNING, "no heartbeat of " + database.name(), failure);
            }
        }
    }

    /** Ends writing, lets followers catch up, gives up the lease, ends every database in good order, stops listening. */
    @Override
    public void close() throws IOException, InterruptedException {
        if (role.isClosed()) {
            return;
        }
        role.handOver();
        beatThread.shutdown();
        role.close();
        endpoint.close();
        calls.close();
    }
}
