package io.replsqlite.server.node;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.lease.Candidate;
import io.replsqlite.lease.FileLease;
import io.replsqlite.lease.Lease;
import io.replsqlite.lease.LeaseHolder;
import io.replsqlite.lease.LeaseListener;
import io.replsqlite.lease.LeaseProvider;
import io.replsqlite.lease.StaticLease;
import io.replsqlite.server.config.LeaseSetting;
import io.replsqlite.server.config.NodeSetting;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.database.DatabaseSettings;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.server.endpoint.BearerToken;
import io.replsqlite.server.endpoint.HttpEndpoint;
import io.replsqlite.server.endpoint.Routes;
import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.server.follow.FollowerSettings;
import io.replsqlite.server.follow.PrimaryClient;
import io.replsqlite.server.log.LogSettings;
import io.replsqlite.server.store.StoreSettings;
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
    private static final Duration RETRY = Duration.ofMillis(100);
    private static final Duration QUICK_CALL = Duration.ofSeconds(5);

    private final NodeSettings settings;
    private final MonotonicClock clock;
    private final EpochPromises promises;
    private final Databases databases;
    private final RoleMachine roles;
    private final String token;
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
        this.clock = clock;
        Path directory = settings.directory();
        DurableFiles.createDirectories(directory);
        NodeFiles files = new NodeFiles(directory);
        this.promises = new EpochPromises(files);
        this.databases = new Databases(directory, files, promises, clock);
        this.roles = new RoleMachine(clock);
        this.token = files.readOrMakeToken(settings.tokenFile().orElse(files.defaultTokenFile()));
        this.http = new OkHttpClient.Builder()
                .protocols(List.of(Protocol.HTTP_1_1))
                .connectionPool(new ConnectionPool(64, 5, TimeUnit.MINUTES))
                .callTimeout(QUICK_CALL)
                .build();
        Routes routes = new NodeRoutes(this, settings, clock).all();
        this.endpoint = new HttpEndpoint(
                settings.listen().host(),
                settings.listen().port(),
                routes,
                new BearerToken(token),
                settings.bytes(NodeSetting.MAX_REQUEST_BYTES));
        int port = endpoint.bind();
        this.url = settings.advertiseUrl()
                .orElse(URI.create("http://" + settings.listen().host() + ":" + port));
        this.leases = provider();
        this.databaseSettings = databaseSettings();
    }

    /** Starts a node; returns once it listens. Its role follows when the lease has spoken: {@link #awaitRole}. */
    public static ReplicaNode start(NodeSettings settings, MonotonicClock clock) throws IOException {
        ReplicaNode node = new ReplicaNode(settings, clock);
        try {
            node.run();
            return node;
        } catch (IOException | RuntimeException failure) {
            node.endpoint.close();
            throw failure;
        }
    }

    private void run() throws IOException {
        LOG.log(Level.INFO, "node {0} listens on {1}; lease {2}", settings.name(), url, leases.describe());
        databases.openListed(databaseSettings, token);
        endpoint.serve();
        var ignored = beatThread.scheduleWithFixedDelay(this::beat, 0, BEAT.toMillis(), TimeUnit.MILLISECONDS);
        leases.start(new Candidate(settings.name(), url, promises::highest), new OnLease());
        ignored = roleThread.scheduleWithFixedDelay(
                this::keepHouse, HOUSEKEEPING.toMillis(), HOUSEKEEPING.toMillis(), TimeUnit.MILLISECONDS);
    }

    private LeaseProvider provider() throws IOException {
        LeaseSetting setting = settings.lease();
        if (setting instanceof LeaseSetting.InZooKeeper zooKeeper) {
            return LeaseInZooKeeper.provider(settings, zooKeeper, clock);
        }
        if (setting instanceof LeaseSetting.NamedNode named) {
            return new StaticLease(named.nodeName(), named.url());
        }
        if (setting instanceof LeaseSetting.SharedDirectory shared) {
            return new FileLease(shared.directory());
        }
        return new StaticLease(settings.name(), url);
    }

    private DatabaseSettings databaseSettings() {
        StoreSettings store = new StoreSettings(
                new LogSettings(settings.bytes(NodeSetting.LOG_SEGMENT_BYTES), LogSettings.DEFAULT.fillStepBytes()),
                Math.toIntExact(settings.bytes(NodeSetting.APPLY_MEMORY_BYTES)),
                settings.count(NodeSetting.APPLY_BATCH));
        FollowerSettings follower = new FollowerSettings(
                store,
                settings.count(NodeSetting.CHECKPOINT_PAGES),
                settings.duration(NodeSetting.CHECKPOINT_INTERVAL),
                settings.duration(NodeSetting.PROBE_INTERVAL),
                RETRY);
        return new DatabaseSettings(
                settings.name(),
                url.toString(),
                follower,
                settings.duration(NodeSetting.FOREIGN_POLL_INTERVAL),
                settings.duration(NodeSetting.HEARTBEAT_INTERVAL),
                settings.bytes(NodeSetting.LOG_RETENTION_BYTES),
                settings.duration(NodeSetting.LOG_RETENTION_AGE));
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
                databases.list(name, UUID.randomUUID());
            }
        }
        databases.openListed(databaseSettings, token);
        for (ReplicatedDatabase database : databases.open()) {
            database.lead(granted);
        }
        roles.transition(Role.LEADING, granted.epoch(), "every database is open for writes");
    }

    /** The lease is gone: every tenure ends, the databases stay readable until there is another holder. */
    private void standDown(String reason) throws IOException, SQLException, InterruptedException {
        Lease lost = lease;
        if (lost == null) {
            return;
        }
        lease = null;
        if (roles.role() == Role.FAILED) {
            return;
        }
        roles.transition(Role.DRAINING, lost.epoch(), reason);
        for (ReplicatedDatabase database : databases.open()) {
            database.standDown();
        }
        roles.transition(Role.NONE, lost.epoch(), "nothing is written any more; waiting for the next holder");
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
        PrimaryClient client = new PrimaryClient(http, primary.url(), database.name(), token, settings.name(), silence);
        database.follow(client, primary.url().toString());
    }

    /** Adds what the primary has and this node lacks; drops what the primary has dropped. */
    private void followCatalogue(LeaseHolder primary) throws IOException, SQLException, InterruptedException {
        for (Catalogue.Entry entry : new CatalogueClient(http, token).fetch(primary.url())) {
            if (!entry.dropped()) {
                databases.list(entry.name(), entry.id());
            } else if (isPresent(entry)) {
                databases.drop(entry);
            }
        }
        for (ReplicatedDatabase opened : databases.openListed(databaseSettings, token)) {
            follow(opened, primary);
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
        databases.list(name, UUID.randomUUID());
        for (ReplicatedDatabase opened : databases.openListed(databaseSettings, token)) {
            opened.lead(held);
        }
        return databases.byName(name);
    }

    private void beat() {
        Lease held = lease;
        long deadline = held == null ? StatusSnapshot.NEVER : held.deadline().atNanos();
        for (ReplicatedDatabase database : databases.open()) {
            database.heartbeat(deadline);
        }
    }

    /** On the role thread, every second: a follower looks at the primary's catalogue; logs are retained. */
    private void keepHouse() {
        try {
            LeaseHolder primary = closing ? null : holder;
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

    private void failRole(Epoch epoch, Exception failure) {
        LOG.log(Level.ERROR, "the node cannot take its role: " + failure.getMessage(), failure);
        roles.transition(Role.FAILED, epoch, String.valueOf(failure.getMessage()));
        lease = null;
        leases.close(); // another node may be able to lead
    }

    private interface RoleChange {
        void run() throws IOException, SQLException, InterruptedException;
    }

    private void changeRole(Epoch epoch, RoleChange change) {
        try {
            if (!closing) {
                change.run();
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        } catch (IOException | SQLException | RuntimeException failure) {
            failRole(epoch, failure);
        } finally {
            settled.countDown();
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
            roleThread.execute(() -> {
                LOG.log(Level.WARNING, "the lease is lost: {0}", reason);
                changeRole(promises.highest(), () -> standDown("the lease is lost: " + reason));
            });
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

    /** Ends every database in good order, only then gives up the lease, stops listening. */
    @Override
    public void close() throws IOException, InterruptedException {
        beatThread.shutdown();
        onRoleThread(() -> {
            closing = true;
            databases.closeAll();
            return true;
        });
        leases.close();
        roleThread.shutdown();
        endpoint.close();
        http.dispatcher().executorService().shutdown();
        http.connectionPool().evictAll();
    }
}
