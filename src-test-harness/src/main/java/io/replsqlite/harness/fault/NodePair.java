package io.replsqlite.harness.fault;

import io.replsqlite.harness.cluster.FreePorts;
import io.replsqlite.harness.cluster.NodeProcess;
import io.replsqlite.server.files.OwnerOnlyFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A primary and a follower under a static lease, each in a process of its own, which are killed and started again one by
 * one and keep directory and port. For one thread.
 */
public final class NodePair implements AutoCloseable {
    public static final String DATABASE = "app";

    /** On a machine where fifty others want a processor, a JVM took more than 30 s to its first line. */
    private static final Duration START_WAIT = Duration.ofSeconds(60);

    private static final Duration STOP_WAIT = Duration.ofSeconds(20);
    private static final String FAILURE_POINT = "REPLSQLITE_FAILURE_POINT";

    private final Path root;
    private final Path tokenFile;
    private final List<String> settings;
    private final Map<String, String> environment;
    private final Map<Member, Integer> ports = new EnumMap<>(Member.class);
    private final Map<Member, NodeClient> clients = new EnumMap<>(Member.class);
    private final Map<Member, NodeProcess> processes = new EnumMap<>(Member.class);

    /** Which of the two. */
    public enum Member {
        PRIMARY("node1"),
        FOLLOWER("node2");

        private final String nodeName;

        Member(String nodeName) {
            this.nodeName = nodeName;
        }

        public Member other() {
            return this == PRIMARY ? FOLLOWER : PRIMARY;
        }
    }

    /** @param settings flags of {@code serve} that both nodes get */
    public NodePair(Path root, List<String> settings) throws IOException {
        this(root, settings, Map.of());
    }

    /** @param environment that both nodes get besides this process's own */
    public NodePair(Path root, List<String> settings, Map<String, String> environment) throws IOException {
        this.root = root;
        this.settings = List.copyOf(settings);
        this.environment = Map.copyOf(environment);
        Files.createDirectories(root);
        tokenFile = root.resolve("token");
        String token = HexFormat.of().toHexDigits(UUID.randomUUID().getMostSignificantBits())
                + HexFormat.of().toHexDigits(UUID.randomUUID().getLeastSignificantBits());
        OwnerOnlyFile.create(tokenFile, token);
        Iterator<Integer> free = FreePorts.find(Member.values().length).iterator();
        for (Member member : Member.values()) {
            int port = free.next();
            ports.put(member, port);
            clients.put(member, new NodeClient(URI.create("http://127.0.0.1:" + port), token));
        }
    }

    public NodeClient client(Member member) {
        return present(clients, member);
    }

    public Path directory(Member member) {
        return root.resolve(member.nodeName);
    }

    public Path databaseFile(Member member) {
        return directory(member).resolve(DATABASE + ".db");
    }

    /** Log, checksums and so on of the member's database. */
    public Path stateDirectory(Member member) {
        return directory(member).resolve(DATABASE + ".db-replsqlite");
    }

    public NodeProcess process(Member member) {
        return present(processes, member);
    }

    private static <T> T present(Map<Member, T> map, Member member) {
        T value = map.get(member);
        if (value == null) {
            throw new IllegalStateException(member + " was not started");
        }
        return value;
    }

    /** Starts both and waits until they have their roles. */
    public void startBoth() throws IOException, InterruptedException {
        launch(Member.PRIMARY, "", List.of());
        launch(Member.FOLLOWER, "", List.of());
        awaitReady(Member.PRIMARY);
        awaitReady(Member.FOLLOWER);
    }

    /** Starts one and waits until it has its role. */
    public void start(Member member) throws IOException, InterruptedException {
        launch(member, "", List.of());
        awaitReady(member);
    }

    /**
     * Starts one and does not wait.
     *
     * @param failurePoint a failure point to arm, or nothing
     * @param more flags that come after those of the pair and override them
     */
    public void launch(Member member, String failurePoint, List<String> more) throws IOException {
        NodeProcess before = processes.get(member);
        if (before != null && before.isAlive()) {
            throw new IllegalStateException(member + " runs");
        }
        List<String> arguments = new ArrayList<>(List.of(
                "--name",
                member.nodeName,
                "--listen",
                "127.0.0.1:" + present(ports, member),
                "--token-file",
                tokenFile.toString(),
                "--lease",
                "static:node1@http://127.0.0.1:" + present(ports, Member.PRIMARY)));
        merge(arguments, settings);
        merge(arguments, more);
        Map<String, String> all = new HashMap<>(environment);
        if (!failurePoint.isEmpty()) {
            all.put(FAILURE_POINT, failurePoint);
        }
        processes.put(member, NodeProcess.start(directory(member), arguments, all));
    }

    /** A flag given twice is refused by the command line: the later one wins here. */
    private static void merge(List<String> arguments, List<String> more) {
        for (int i = 0; i < more.size(); i += 2) {
            int known = arguments.indexOf(more.get(i));
            if (known >= 0) {
                arguments.set(known + 1, more.get(i + 1));
            } else {
                arguments.addAll(more.subList(i, i + 2));
            }
        }
    }

    public void awaitReady(Member member) throws IOException, InterruptedException {
        var ignored = process(member).awaitReady(START_WAIT);
    }

    /** As {@code kill -9}. */
    public void kill(Member member) throws InterruptedException {
        process(member).kill();
    }

    /** As SIGTERM; the node must end in good order. */
    public void stop(Member member) throws IOException, InterruptedException {
        var ignored = process(member).stop(STOP_WAIT);
    }

    /** All that the member's processes have logged so far. */
    public String log(Member member) throws IOException {
        Path file = directory(member).resolve("node.log");
        return Files.exists(file) ? Files.readString(file) : "";
    }

    /** Forgets what the member has: its directory is removed but for its log. The member must not run. */
    public void wipe(Member member) throws IOException {
        String log = log(member);
        deleteTree(directory(member));
        Files.createDirectories(directory(member));
        Files.writeString(directory(member).resolve("node.log"), log);
    }

    /** Removes a directory and what is in it, if it exists. */
    public static void deleteTree(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        Path ignored = Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path left, @Nullable IOException failure) throws IOException {
                Files.delete(left);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    @Override
    public void close() throws InterruptedException {
        for (NodeProcess process : processes.values()) {
            process.close();
        }
    }
}
