package io.replsqlite.server.node;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.lease.FileLease;
import io.replsqlite.lease.LeaseProvider;
import io.replsqlite.lease.StaticLease;
import io.replsqlite.server.backup.compact.KeepingSettings;
import io.replsqlite.server.backup.storage.BackupTargets;
import io.replsqlite.server.backup.storage.StoreAccess;
import io.replsqlite.server.backup.upload.BackupSettings;
import io.replsqlite.server.config.Bootstrap;
import io.replsqlite.server.config.InvalidSettingException;
import io.replsqlite.server.config.LeaseSetting;
import io.replsqlite.server.config.ListenAddress;
import io.replsqlite.server.config.NodeSetting;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.config.TransportSettings;
import io.replsqlite.server.database.ClientLimits;
import io.replsqlite.server.database.DatabaseSettings;
import io.replsqlite.server.endpoint.EndpointLimits;
import io.replsqlite.server.endpoint.EndpointSettings;
import io.replsqlite.server.endpoint.EndpointSettings.ClientCertificate;
import io.replsqlite.server.execute.ExecuteLimits;
import io.replsqlite.server.execute.PageLimits;
import io.replsqlite.server.follow.FollowerSettings;
import io.replsqlite.server.log.LogSettings;
import io.replsqlite.server.majority.Allegiance;
import io.replsqlite.server.majority.MajorityLease;
import io.replsqlite.server.majority.OwnThread;
import io.replsqlite.server.majority.Peers;
import io.replsqlite.server.store.StoreSettings;
import io.replsqlite.server.transaction.TransactionSettings;
import io.replsqlite.wire.WireLimits;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** From the node's settings to the parts that they speak of. */
final class NodeParts {
    private static final Duration RETRY = Duration.ofMillis(100);

    /** Acknowledgements, status, catalogue: short, and never to wait for streams or writes. */
    private static final int THREADS_FOR_THE_REST = 32;

    private NodeParts() {}

    private static LeaseProvider leaseProvider(NodeSettings settings, URI url, MonotonicClock clock)
            throws IOException {
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

    /** Where voters are named, their majority stands above the provider. */
    static LeaseProvider leaseProvider(
            NodeSettings settings,
            URI url,
            EpochPromises promises,
            Allegiance allegiance,
            Peers peers,
            MonotonicClock clock)
            throws IOException {
        LeaseProvider provider = leaseProvider(settings, url, clock);
        NodeIdentity self = identity(settings);
        return self.neededVoters().isEmpty()
                ? provider
                : new MajorityLease(
                        self.terms(),
                        provider,
                        promises,
                        allegiance,
                        peers,
                        OwnThread::new,
                        clock,
                        new Random(clock.nanoTime() ^ settings.name().hashCode()));
    }

    static NodeIdentity identity(NodeSettings settings) {
        return new NodeIdentity(
                settings.name(),
                settings.flag(NodeSetting.CANDIDATE),
                settings.count(NodeSetting.PRIORITY),
                neededVoters(settings),
                settings.duration(NodeSetting.VOTER_TIMEOUT));
    }

    /** Where voters are named, writes may have been acknowledged by a majority of them, whatever the node's default is. */
    private static Set<String> neededVoters(NodeSettings settings) {
        LeaseSetting lease = settings.lease();
        boolean isStatic = lease instanceof LeaseSetting.ThisNode || lease instanceof LeaseSetting.NamedNode;
        return isStatic ? Set.of() : Set.copyOf(settings.durability().voters()); // nobody else can ever have led
    }

    private static EndpointLimits endpointLimits(NodeSettings settings) {
        int threads = settings.count(NodeSetting.MAX_STREAMS)
                + settings.count(NodeSetting.MAX_WAITING_WRITES)
                + settings.count(NodeSetting.MAX_TRANSACTIONS)
                + THREADS_FOR_THE_REST;
        return new EndpointLimits(
                threads,
                settings.bytes(NodeSetting.MAX_REQUEST_BYTES),
                Math.toIntExact(settings.bytes(NodeSetting.MAX_HEADER_BYTES)),
                settings.count(NodeSetting.MAX_CONNECTIONS),
                settings.duration(NodeSetting.IDLE_TIMEOUT),
                settings.duration(NodeSetting.REQUEST_ARRIVAL_TIMEOUT));
    }

    /** @param tls null to listen without */
    static EndpointSettings endpointSettings(NodeSettings settings, ListenAddress listen, @Nullable SSLContext tls) {
        TransportSettings transport = settings.transport();
        return new EndpointSettings(
                listen.host(),
                listen.port(),
                tls,
                switch (transport.clients()) {
                    case NONE -> ClientCertificate.NONE;
                    case WANT -> ClientCertificate.WANT;
                    case REQUIRE -> ClientCertificate.REQUIRE;
                },
                endpointLimits(settings));
    }

    /** The URL that others are told unless a setting says another. */
    static URI ownUrl(NodeSettings settings, String host, int port) {
        return URI.create(settings.transport().scheme() + "://" + host + ":" + port);
    }

    /** What a request from the wire may hold. */
    static WireLimits wireLimits(NodeSettings settings) {
        return new WireLimits(
                settings.bytes(NodeSetting.MAX_REQUEST_BYTES),
                Math.toIntExact(settings.bytes(NodeSetting.MAX_VALUE_BYTES)),
                settings.count(NodeSetting.MAX_STATEMENTS),
                WireLimits.DEFAULT.entries(),
                WireLimits.DEFAULT.valuesPerEntry());
    }

    static DatabaseSettings databaseSettings(NodeSettings settings, URI url) {
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
                settings.duration(NodeSetting.LOG_RETENTION_AGE),
                clientLimits(settings),
                backupSettings(settings),
                settings.durability());
    }

    private static BackupSettings backupSettings(NodeSettings settings) {
        return new BackupSettings(
                backupTargets(settings),
                settings.duration(NodeSetting.BACKUP_INTERVAL),
                settings.bytes(NodeSetting.BACKUP_QUEUE_BYTES),
                settings.backupLagLimit(),
                new KeepingSettings(
                        KeepingSettings.LEVELS,
                        settings.duration(NodeSetting.BACKUP_SNAPSHOT_INTERVAL),
                        settings.duration(NodeSetting.BACKUP_RETENTION),
                        settings.duration(NodeSetting.BACKUP_DETAIL_RETENTION)),
                settings.bootstrap() == Bootstrap.BACKUP);
    }

    /** What a file says is looked at now, so that a node with a wrong one does not start. */
    static BackupTargets backupTargets(NodeSettings settings) {
        StoreAccess access = new StoreAccess(
                settings.backupCredentialsFile().orElse(null),
                settings.backupKeyFile().orElse(null));
        Optional<Path> file = settings.path(NodeSetting.BACKUP_TARGETS_FILE);
        if (file.isEmpty()) {
            return BackupTargets.fixed(settings.backup(), access);
        }
        BackupTargets targets = BackupTargets.inFile(file.get(), access);
        try {
            var ignored = targets.current();
            return targets;
        } catch (IOException wrong) {
            throw new InvalidSettingException("Setting backup-targets-file: " + wrong.getMessage());
        }
    }

    static ClientLimits clientLimits(NodeSettings settings) {
        return new ClientLimits(
                new ExecuteLimits(
                        settings.count(NodeSetting.MAX_RESULT_ROWS),
                        settings.bytes(NodeSetting.MAX_RESULT_BYTES),
                        Math.toIntExact(settings.bytes(NodeSetting.MAX_VALUE_BYTES))),
                new PageLimits(PageLimits.DEFAULT.rows(), settings.bytes(NodeSetting.PAGE_BYTES)),
                new TransactionSettings(
                        settings.duration(NodeSetting.IDLE_LIMIT),
                        settings.duration(NodeSetting.SILENCE_LIMIT),
                        settings.count(NodeSetting.MAX_TRANSACTIONS)),
                settings.count(NodeSetting.MAX_READERS));
    }
}
