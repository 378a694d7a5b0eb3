package io.replsqlite.server.node;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.lease.Candidate;
import io.replsqlite.lease.Lease;
import io.replsqlite.lease.LeaseHolder;
import io.replsqlite.lease.LeaseListener;
import io.replsqlite.lease.LeaseProvider;
import io.replsqlite.server.config.NodeSetting;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.database.DatabaseSettings;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.server.endpoint.HttpEndpoint;
import io.replsqlite.server.endpoint.Routes;
import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.server.follow.PrimaryClient;
import io.replsqlite.status.Role;
import io.replsqlite.status.StatusSnapshot;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * One node: its databases, its role, its endpoint. {@link #start} wires all stages; {@link #close} ends them in the
 * opposite order. Everything that changes a role runs on one thread, {@code role}.
 */
public final class ReplicaNode implements AutoCloseable {
    private static final Logger LOG = System.getLogger(ReplicaNode.class.getName());
    private static final Duration BEAT = Duration.ofMillis(100);
    private static final Duration HOUSEKEEPING = Duration.ofSeconds(1);
    private static final Duration DRAIN = Duration.ofSeconds(2);
    private static final Duration QUICK_CALL = Duration.ofSeconds(5);

    private final NodeSettings settings;
    private final EpochPromises promises;
    private final Databases databases;
    private final RoleMachine roles;
    private final NodeCredentials credentials;
    private final OkHttpClient http;
    private final HttpEndpoint endpoint;
    private final URI url;
    private final LeaseProvider leases;
    private final DatabaseSettings databaseSettings;
    private final ScheduledExecutorService roleThread =
            Executors.newSingleThreadScheduledExecutor(NamedThreads.of("role"));
    private final ScheduledExecutorService beatThread =
            Executors.newSingleThreadScheduledExecutor(NamedThreads.of("heartbeat"));
    private final CountDownLatch settled = new CountDownLatch(1);
    private volatile @Nullable Lease lease;
    private volatile @Nullable LeaseHolder holder;
    private @Nullable String lastProblem;
    private boolean closing; // on the role thread only

    private ReplicaNode(NodeSettings settings, MonotonicClock clock) throws IOException {
        this.settings = settings;
        Path directory = settings.directory();
        DurableFiles.createDirectories(directory);
        NodeFiles files = new NodeFiles(directory);
        this.promises = new EpochPromises(files);
        this.databases = new Databases(directory, files, promises, clock);
        this.roles = new RoleMachine(clock);
        this.credentials = new NodeCredentials(files, settings);
        this.http = credentials.secure(new OkHttpClient.Builder()
                .protocols(List.of(Protocol.HTTP_1_1))
                .connectionPool(new ConnectionPool(64, 5, TimeUnit.MINUTES))
                .callTimeout(QUICK_CALL)
                .build());
        Routes routes = new NodeRoutes(this, settings, clock).all();
        this.endpoint = new HttpEndpoint(
                NodeParts.endpointSettings(settings, credentials), routes, credentials.accepted(), clock);
        int port = endpoint.bind();
        this.url = settings.advertiseUrl().orElse(NodeParts.ownUrl(settings, port));
        this.leases = NodeParts.leaseProvider(settings, url, clock);
        this.databaseSettings = NodeParts.databaseSettings(settings, url);
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
        databases.openListed(databaseSettings, credentials);
        endpoint.serve();
        var ignored = beatThread.scheduleWithFixedDelay(this::beat, 0, BEAT.toMillis(), TimeUnit.MILLISECONDS);
        leases.start(new Candidate(settings.name(), url, promises::highest), new OnLease());
        ignored = roleThread.scheduleWithFixedDelay(
                this::keepHouse, HOUSEKEEPING.toMillis(), HOUSEKEEPING.toMillis(), TimeUnit.MILLISECONDS);
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
        LeaseHolder other = holder;
        return lease != null ? url.toString() : other == null ? "" : other.url().toString();
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
        return settled.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Runs a role change or a change of the catalogue on the role thread, and waits for it. */
    <T> T onRoleThread(java.util.concurrent.Callable<T> change) throws IOException, InterruptedException {
        Future<T> result = roleThread.submit(change);
        try {
            return result.get();
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            throw cause instanceof IOException io ? io : new IOException(String.valueOf(cause), cause);
        }
    }

    private void lead(Lease granted) throws IOException, SQLException, InterruptedException {
        promises.promise(granted.epoch());
        roles.transition(Role.ACQUIRING, granted.epoch(), "the lease was granted to this node");
        lease = granted;
        holder = null;
        for (String name : settings.databases()) {
            if (databases.catalogue().present(name).isEmpty()) {
                databases.list(name, UUID.randomUUID(), false);
            }
        }
        databases.requireCopies();
        databases.openListed(databaseSettings, credentials);
        for (ReplicatedDatabase database : databases.open()) {
            database.lead(granted);
        }
        roles.transition(Role.LEADING, granted.epoch(), "every database is open for writes");
    }

    private void followHolder(LeaseHolder newHolder) throws IOException, SQLException, InterruptedException {
        if (lease != null) {
            roles.transition(Role.DRAINING, promises.highest(), "node " + newHolder.nodeName() + " holds the lease");
        }
        lease = null;
        holder = newHolder;
        roles.transition(Role.FOLLOWER, newHolder.epoch(), "node " + newHolder.nodeName() + " holds the lease");
        for (ReplicatedDatabase database : databases.open()) {
            follow(database, newHolder);
        }
        followCatalogue(newHolder);
    }

    private void follow(ReplicatedDatabase database, LeaseHolder primary)
            throws IOException, SQLException, InterruptedException {
        Duration silence = settings.duration(NodeSetting.HEARTBEAT_INTERVAL).multipliedBy(3);
        PrimaryClient client =
                new PrimaryClient(http, primary.url(), database.name(), credentials::token, settings.name(), silence);
        database.follow(client, primary.url().toString());
    }

    /** Adds what the primary has and this node lacks; drops what the primary has dropped. */
    private void followCatalogue(LeaseHolder primary) throws IOException, SQLException, InterruptedException {
        IOException conflict = null;
        for (Catalogue.Entry entry : new CatalogueClient(http, credentials::token).fetch(primary.url())) {
            try {
                takeOver(entry);
            } catch (IOException problem) {
                conflict = problem; // the other databases are followed all the same
            }
        }
        for (ReplicatedDatabase opened : databases.openListed(databaseSettings, credentials)) {
            follow(opened, primary);
        }
        if (conflict != null) {
            throw conflict;
        }
    }

    private void takeOver(Catalogue.Entry entry) throws IOException, SQLException, InterruptedException {
        if (!entry.dropped()) {
            databases.list(entry.name(), entry.id(), true);
        } else if (isPresent(entry)) {
            databases.drop(entry);
        }
    }

    private boolean isPresent(Catalogue.Entry entry) {
        return databases
                .catalogue()
                .present(entry.name())
                .filter(own -> own.id().equals(entry.id()))
                .isPresent();
    }

    /** Creates a database on the primary, or adopts the file that stands at its place. */
    ReplicatedDatabase create(String name) throws IOException, SQLException, InterruptedException {
        Lease held = lease;
        if (held == null) {
            throw new IOException("this node is not the primary");
        }
        databases.list(name, UUID.randomUUID(), false);
        for (ReplicatedDatabase opened : databases.openListed(databaseSettings, credentials)) {
            opened.lead(held);
        }
        return databases.byName(name);
    }

    private void beat() {
        Lease held = lease;
        long deadline = held == null ? StatusSnapshot.NEVER : held.deadline().atNanos();
        for (ReplicatedDatabase database : databases.open()) {
            try {
                database.heartbeat(deadline);
            } catch (RuntimeException failure) { // must not end the heartbeat of all
                LOG.log(Level.WARNING, "no heartbeat of " + database.name(), failure);
            }
        }
    }

    /** On the role thread, every second: a new token; a follower looks at the primary's catalogue; logs are retained. */
    private void keepHouse() {
        try {
            giveUpIfFailed();
            if (credentials.refresh()) {
                databases.publish(credentials);
            }
            LeaseHolder primary = holder;
            if (primary != null) {
                followCatalogue(primary);
            }
            for (ReplicatedDatabase database : databases.open()) {
                database.retainLog();
            }
            lastProblem = null;
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (IOException | SQLException | RuntimeException problem) {
            report(problem);
        }
    }

    private void report(Exception problem) {
        String text = String.valueOf(problem.getMessage());
        if (!text.equals(lastProblem)) {
            lastProblem = text;
            LOG.log(Level.WARNING, "{0}", text);
        }
    }

    private void failRole(Epoch epoch, Exception failure) throws InterruptedException {
        LOG.log(Level.ERROR, "the node cannot take its role: " + failure.getMessage(), failure);
        restAll();
        leases.close();
        roles.transition(Role.FAILED, epoch, String.valueOf(failure.getMessage()));
    }

    /** A primary that cannot capture or store what it commits must let another one try. All its databases go with it. */
    private void giveUpIfFailed() throws InterruptedException {
        if (lease != null && databases.open().stream().anyMatch(ReplicatedDatabase::hasFailed)) {
            failRole(promises.highest(), new IOException("a database of this node has failed; the lease is given up"));
        }
    }

    /** Nothing is written any more when this returns; only then may another node get the lease. */
    private void restAll() throws InterruptedException {
        lease = null;
        for (ReplicatedDatabase database : databases.open()) {
            try {
                database.rest();
            } catch (IOException | SQLException | RuntimeException failure) {
                LOG.log(Level.WARNING, database.name() + " did not end its role in good order", failure);
            }
        }
    }

    /** While this node can still write, no other may get the lease. */
    private void handOver() throws InterruptedException {
        if (roles.role() == Role.LEADING) {
            roles.transition(Role.DRAINING, promises.highest(), "the node stops");
            for (ReplicatedDatabase database : databases.open()) {
                database.drain(DRAIN);
            }
        }
        holder = null;
        leases.close();
        lease = null;
    }

    private void loseLease(String reason) throws InterruptedException {
        if (lease != null) {
            roles.transition(Role.DRAINING, promises.highest(), reason);
            restAll();
            roles.transition(Role.NONE, promises.highest(), reason);
        }
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
            failRole(epoch, failure);
        }
    }

    /** Hands every word of the lease to the role thread, in order. */
    private final class OnLease implements LeaseListener {
        @Override
        public void granted(Lease granted) {
            roleThread.execute(() -> changeRole(granted.epoch(), () -> lead(granted)));
        }

        @Override
        public void lost(String reason) {
            LOG.log(Level.WARNING, "the lease is lost: {0}", reason);
            roleThread.execute(() -> changeRole(promises.highest(), () -> loseLease(reason)));
        }

        @Override
        public void heldBy(LeaseHolder newHolder) {
            roleThread.execute(() -> {
                try {
                    if (!closing) {
                        followHolder(newHolder);
                    }
                } catch (InterruptedException stopping) {
                    Thread.currentThread().interrupt();
                } catch (IOException | SQLException | RuntimeException unreachable) {
                    report(unreachable); // the primary may come up later: housekeeping tries again
                } finally {
                    settled.countDown();
                }
            });
        }
    }

    /** Ends writing, lets followers catch up, gives up the lease, ends every database in good order, stops listening. */
    @Override
    public void close() throws IOException, InterruptedException {
        if (roleThread.isShutdown()) {
            return;
        }
        onRoleThread(() -> {
            closing = true;
            handOver();
            beatThread.shutdown();
            databases.closeAll();
            roles.transition(Role.NONE, promises.highest(), "the node stops");
            return true;
        });
        roleThread.shutdown();
        endpoint.close();
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }
}
