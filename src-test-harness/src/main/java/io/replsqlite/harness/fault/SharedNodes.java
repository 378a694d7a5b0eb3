package io.replsqlite.harness.fault;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.harness.fault.NodePair.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One primary and one follower for all tests of a JVM, started with the first and ended with the JVM; each test works on a
 * database of its own. Safe for any thread.
 */
public final class SharedNodes {
    private static final Duration CREATED_WITHIN = Duration.ofSeconds(20);

    @GuardedBy("SharedNodes.class")
    private static @Nullable SharedNodes running;

    private final NodePair pair;

    private SharedNodes(NodePair pair) {
        this.pair = pair;
    }

    /** A database that did not exist before, present on both nodes. */
    public record Database(Path onPrimary, Path onFollower) {
        /** For an application beside the follower: it reads here and writes through. */
        public String url() {
            return "jdbc:replsqlite:" + onFollower;
        }

        /** For looking at a node's file without this driver. */
        public static String plainUrl(Path file) {
            return "jdbc:sqlite:" + file + "?open_mode=1";
        }
    }

    public static synchronized SharedNodes get() throws IOException, InterruptedException {
        SharedNodes present = running;
        if (present == null) {
            present = start();
            running = present;
        }
        return present;
    }

    private static SharedNodes start() throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("replsqlite-nodes");
        NodePair pair = new NodePair(directory, List.of());
        Runtime.getRuntime().addShutdownHook(NamedThreads.single("end-nodes", () -> end(pair, directory)));
        pair.startBoth();
        return new SharedNodes(pair);
    }

    private static void end(NodePair pair, Path directory) {
        try {
            pair.close();
            NodePair.deleteTree(directory);
        } catch (IOException leftBehind) {
            System.err.println(directory + " stays: " + leftBehind);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    public Database newDatabase() throws IOException, InterruptedException {
        String name = "db-" + UUID.randomUUID();
        var ignored = pair.client(Member.PRIMARY).post("/v1/databases/" + name + "/create", "{}");
        Await.until(
                "the follower has " + name,
                CREATED_WITHIN,
                () -> pair.client(Member.FOLLOWER)
                        .status(name)
                        .path("health")
                        .asText()
                        .equals("ok"));
        return new Database(file(Member.PRIMARY, name), file(Member.FOLLOWER, name));
    }

    private Path file(Member member, String name) {
        return pair.directory(member).resolve(name + ".db");
    }
}
