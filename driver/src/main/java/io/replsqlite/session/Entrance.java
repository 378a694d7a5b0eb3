package io.replsqlite.session;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.config.DriverConfig;
import io.replsqlite.config.Place;
import io.replsqlite.embed.EmbeddedNode;
import io.replsqlite.embed.EmbeddedNodes;
import io.replsqlite.forward.PrimaryClient;
import io.replsqlite.local.ConnectionCounters;
import io.replsqlite.status.StatusPageException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

/** The way into a database, by where its settings say that it is: to its primary, and to what there is on this side. */
sealed interface Entrance {
    PrimaryClient primary();

    ReadSide side(Seen seen, ConnectionCounters counters) throws SQLException;

    /** @param user keeps an embedded node running */
    static Entrance open(DriverConfig config, Object user, MonotonicClock clock) throws SQLException {
        if (config.place() instanceof Place.Remote remote) {
            RemoteNodes nodes = new RemoteNodes(remote, config.tls());
            // A host that swallows everything must leave time for the others.
            PrimaryClient primary =
                    new PrimaryClient(nodes, config.connectTimeout().dividedBy(nodes.count()), null);
            return new AtHosts(config, primary, clock);
        }
        Place.OnReplica place = (Place.OnReplica) config.place();
        EmbeddedNode embedded = place instanceof Place.Embedded settings ? node(config, settings, user) : null;
        NodeDirectory directory = NodeDirectory.open(config, place, embedded, clock);
        return new AtFile(config, directory, new PrimaryClient(directory, config.connectTimeout(), embedded), clock);
    }

    private static EmbeddedNode node(DriverConfig config, Place.Embedded place, Object user) throws SQLException {
        Path directory = place.databaseFile().resolveSibling("");
        try {
            EmbeddedNode node = EmbeddedNodes.use(directory, place.nodeSettings(), user, config.connectTimeout());
            node.require(config.databaseName(), place.databaseFile());
            return node;
        } catch (IOException e) {
            throw new SQLTransientConnectionException(
                    "the embedded node of " + directory + " cannot serve " + config.databaseName() + ": "
                            + e.getMessage(),
                    "08001",
                    e);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SQLTransientConnectionException(
                    "interrupted while the embedded node starts", "08001", interrupted);
        }
    }

    record AtFile(DriverConfig config, NodeDirectory directory, PrimaryClient primary, MonotonicClock clock)
            implements Entrance {
        @Override
        public ReadSide side(Seen seen, ConnectionCounters counters) throws SQLException {
            try {
                return new ReplicaSide(config, directory, primary, seen, counters, clock);
            } catch (StatusPageException e) {
                throw new SQLTransientConnectionException("the replica is not usable: " + e.getMessage(), "58R01", e);
            }
        }
    }

    record AtHosts(DriverConfig config, PrimaryClient primary, MonotonicClock clock) implements Entrance {
        @Override
        public ReadSide side(Seen seen, ConnectionCounters counters) throws SQLException {
            return RemoteSide.open(config, primary, seen, counters, clock);
        }
    }
}
