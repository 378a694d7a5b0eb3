package io.replsqlite.embed;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.base.NamedThreads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of this process: one for each data directory, started by whoever needs it first, closed when nobody who can
 * say so needs it any more, at the latest when the JVM ends.
 */
public final class EmbeddedNodes {
    /** Uses a node until the JVM ends: nobody tells DriverManager to close anything. */
    public static final Object UNTIL_THE_END = new Object();

    private static final System.Logger LOG = System.getLogger(EmbeddedNodes.class.getName());
    private static final EmbeddedNodes OF_THIS_PROCESS = new EmbeddedNodes();

    /** By the directory's real path. */
    @GuardedBy("this")
    private final Map<Path, Running> running = new HashMap<>();

    @GuardedBy("this")
    private boolean hooked;

    private EmbeddedNodes() {}

    /** A place for one node; its monitor is held while the node starts or closes. */
    private static final class Running {
        @GuardedBy("this")
        private final Set<Object> users = new HashSet<>();

        @GuardedBy("this")
        private Map<String, String> settings = Map.of();

        @GuardedBy("this")
        private @Nullable EmbeddedNode node;
    }

    /**
     * The node of a data directory, started if it does not run yet.
     *
     * @param user keeps it running until {@link #release}; compared by identity
     * @throws IllegalArgumentException if it runs with other settings, or a setting is not valid
     * @throws IOException why it cannot start
     */
    public static EmbeddedNode use(Path directory, Map<String, String> settings, Object user, Duration atMost)
            throws IOException, InterruptedException {
        Path real = Files.createDirectories(directory).toRealPath();
        return startedIn(OF_THIS_PROCESS.at(real), real, settings, user, atMost);
    }

    private synchronized Running at(Path real) {
        if (!hooked) {
            hooked = true;
            Runtime.getRuntime().addShutdownHook(NamedThreads.single("close-embedded", this::closeAll));
        }
        return running.computeIfAbsent(real, absent -> new Running());
    }

    private static EmbeddedNode startedIn(
            Running place, Path directory, Map<String, String> settings, Object user, Duration atMost)
            throws IOException, InterruptedException {
        synchronized (place) {
            EmbeddedNode node = place.node;
            if (node == null) {
                node = provider().start(directory, settings, atMost);
                place.node = node;
                place.settings = Map.copyOf(settings);
            } else if (!place.settings.equals(settings)) {
                throw new IllegalArgumentException("the node of " + directory + " runs in this JVM with the settings "
                        + place.settings + ", here they are " + settings
                        + ": give every connection to its databases the same");
            }
            place.users.add(user);
            return node;
        }
    }

    private static NodeProvider provider() throws IOException {
        ClassLoader own = EmbeddedNodes.class.getClassLoader();
        return ServiceLoader.load(NodeProvider.class, own)
                .findFirst()
                .orElseThrow(() -> new IOException("node=embedded needs the node itself on the class path, which is"
                        + " not there: add the dependency io.replsqlite:replica-server beside io.replsqlite:driver"));
    }

    /** This user needs none of its nodes any more; those that nobody else needs are closed. */
    public static void release(Object user) throws IOException, InterruptedException {
        for (Running place : OF_THIS_PROCESS.places()) {
            closeIfUnused(place, user);
        }
    }

    private static void closeIfUnused(Running place, Object user) throws IOException, InterruptedException {
        synchronized (place) {
            EmbeddedNode node = place.node;
            if (place.users.remove(user) && place.users.isEmpty() && node != null) {
                place.node = null;
                node.close();
            }
        }
    }

    private synchronized List<Running> places() {
        return new ArrayList<>(running.values());
    }

    private void closeAll() {
        for (Running place : places()) {
            synchronized (place) {
                closeAtTheEnd(place.node);
                place.node = null;
            }
        }
    }

    private static void closeAtTheEnd(@Nullable EmbeddedNode node) {
        try {
            if (node != null) {
                node.close();
            }
        } catch (IOException | RuntimeException failure) {
            LOG.log(System.Logger.Level.WARNING, "an embedded node did not stop in good order", failure);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }
}
