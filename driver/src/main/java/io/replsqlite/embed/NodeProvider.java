package io.replsqlite.embed;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Starts nodes in this process. The one implementation is in the module {@code replica-server}. */
public interface NodeProvider {
    /**
     * Starts the node of a data directory and waits until it has a role.
     *
     * @param settings as the node names them, without {@code dir}
     * @param atMost how long it may take to get a role; the node goes on waiting for it
     * @throws IllegalArgumentException if a setting is not valid
     * @throws IOException if the node cannot start, or another process serves the directory; nothing runs then
     */
    EmbeddedNode start(Path directory, Map<String, String> settings, Duration atMost)
            throws IOException, InterruptedException;
}
