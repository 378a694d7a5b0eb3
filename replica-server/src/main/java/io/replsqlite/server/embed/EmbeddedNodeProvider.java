package io.replsqlite.server.embed;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.embed.EmbeddedNode;
import io.replsqlite.embed.NodeProvider;
import io.replsqlite.server.config.InvalidSettingException;
import io.replsqlite.server.config.ListenAddress;
import io.replsqlite.server.config.NodeSetting;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.node.ReplicaNode;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Found by the driver as a service. */
public final class EmbeddedNodeProvider implements NodeProvider {
    private static final Logger LOG = System.getLogger(EmbeddedNodeProvider.class.getName());

    @Override
    public EmbeddedNode start(Path directory, Map<String, String> settings, Duration atMost)
            throws IOException, InterruptedException {
        ReplicaNode node = ReplicaNode.start(withDefaults(directory, settings), MonotonicClock.SYSTEM);
        if (!node.awaitRole(atMost)) {
            LOG.log(Level.WARNING, "no word of the lease within {0}; the node goes on waiting", atMost);
        }
        return new RunningNode(node);
    }

    /**
     * An embedded node competes for a lease in its own directory unless another is given; nobody else can, so that it
     * needs no socket. Its databases are those that connections ask for.
     */
    static NodeSettings withDefaults(Path directory, Map<String, String> settings) {
        if (settings.containsKey(NodeSetting.DIR.key())) {
            throw new InvalidSettingException("The directory of an embedded node is that of the database file; there is"
                    + " no setting " + NodeSetting.DIR.key() + " for it.");
        }
        Map<String, String> complete = new HashMap<>(settings);
        complete.put(NodeSetting.DIR.key(), directory.toString());
        complete.putIfAbsent(NodeSetting.DATABASES.key(), "");
        complete.putIfAbsent(NodeSetting.LISTEN.key(), isAlone(settings) ? ListenAddress.NONE : "127.0.0.1:0");
        complete.putIfAbsent(NodeSetting.LEASE.key(), "file:" + directory.resolve(".replsqlite"));
        return NodeSettings.of(complete);
    }

    private static boolean isAlone(Map<String, String> settings) {
        String lease = settings.get(NodeSetting.LEASE.key());
        return lease == null || lease.equals("static");
    }
}
