package io.replsqlite.server.node;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.lease.LeaseProvider;
import io.replsqlite.lease.curator.ZooKeeperLease;
import io.replsqlite.lease.curator.ZooKeeperLeaseSettings;
import io.replsqlite.server.config.LeaseSetting;
import io.replsqlite.server.config.NodeSetting;
import io.replsqlite.server.config.NodeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The ZooKeeper lease of a node, from its settings. */
final class LeaseInZooKeeper {
    private LeaseInZooKeeper() {}

    static LeaseProvider provider(NodeSettings settings, LeaseSetting.InZooKeeper where, MonotonicClock clock)
            throws IOException {
        Path credentialsFile = settings.leaseCredentialsFile().orElse(null);
        return new ZooKeeperLease(
                new ZooKeeperLeaseSettings(
                        where.connect(),
                        settings.duration(NodeSetting.LEASE_TIMEOUT),
                        ZooKeeperLeaseSettings.DEFAULT_START_WAIT,
                        credentialsFile == null ? null : credentials(credentialsFile),
                        settings.directory().resolve("cluster-id")),
                clock);
    }

    private static String credentials(Path file) throws IOException {
        String text = Files.readString(file).strip();
        if (text.indexOf(':') < 1 || text.lines().count() != 1) {
            throw new IOException(file + " must hold one line USER:PASSWORD for ZooKeeper.");
        }
        return text;
    }
}
