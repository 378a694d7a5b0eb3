package io.replsqlite.lease.curator;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * @param sessionTimeout what is asked for; the ensemble answers with what it allows (2 to 20 of its ticks). At least
 *     three times the longest pause a node may make
 * @param startWait how long {@link ZooKeeperLease#start} waits for the ensemble before it goes on trying by itself
 * @param credentials {@code user:password} for the digest scheme: nobody else may then read or write below the path;
 *     null leaves it open
 * @param clusterIdFile where this node keeps the id of the cluster it belongs to, so that a path of another cluster is
 *     refused; null does without
 */
public record ZooKeeperLeaseSettings(
        ConnectString connect,
        Duration sessionTimeout,
        Duration startWait,
        @Nullable String credentials,
        @Nullable Path clusterIdFile) {
    public static final Duration DEFAULT_SESSION_TIMEOUT = Duration.ofSeconds(10);
    public static final Duration DEFAULT_START_WAIT = Duration.ofSeconds(10);

    /** The defaults: a session of 10 s, open to everybody, no cluster id. */
    public static ZooKeeperLeaseSettings of(ConnectString connect) {
        return new ZooKeeperLeaseSettings(connect, DEFAULT_SESSION_TIMEOUT, DEFAULT_START_WAIT, null, null);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "zookeeper " + connect + ", session " + sessionTimeout.toMillis() + " ms, "
                + (credentials == null ? "no credentials" : "with credentials");
    }
}
