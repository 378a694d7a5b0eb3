package io.replsqlite.harness.cluster;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Durability;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.lease.curator.EmbeddedZooKeeper;
import io.replsqlite.server.admin.DatabaseStatus;
import io.replsqlite.server.admin.NodeClient;
import io.replsqlite.server.admin.NodeStatus;
import io.replsqlite.server.files.OwnerOnlyFile;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Nodes {@code node1..nodeN} as processes of this machine, each in a directory of its own, with one token. Started again
 * on the same directory, the cluster goes on where it stopped.
 *
 * <p>For one thread; {@link #close} may also be called by a shutdown hook.
 */
public final class LocalCluster implements AutoCloseable {
    /** The database that every cluster has. */
    public static final String DATABASE = "app";

    private static final String ZOOKEEPER_PATH = "/replsqlite/cluster";
    private static final Duration START_WITHIN = Duration.ofMinutes(2);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(20);
    private static final Duration STATUS_WITHIN = Duration.ofSeconds(5);
    private static final long PAUSE_NANOS = 10_000_000;

    /** Processes of one machine are heard of quickly; a failover takes about so long. */
    private static final Duration LEASE_TIMEOUT = Duration.ofSeconds(4);

    private final Path directory;
    private final ClusterFile plan;
    private final Durability durability;
    private final String token;
    private final DirectoryClaim claim;
    private final List<NodeProcess> nodes = new ArrayList<>();
    private final List<String> moreSettings = new ArrayList<>();
    private Wiring wiring = Wiring.DIRECT;
    private @Nullable EmbeddedZooKeeper zooKeeper;
    private volatile boolean stopping;

    private LocalCluster(Path directory, ClusterFile plan, Durability durability, String token, DirectoryClaim claim) {
        this.directory = directory;
        this.plan = plan;
        this.durability = durability;
        this.token = token;
        this.claim = claim;
    }

    /** Starts all nodes; returns when each has its role and every follower is level. */
    public static LocalCluster start(Path directory, int nodes, LeaseKind lease)
            throws IOException, InterruptedException {
        LocalCluster cluster = prepare(directory, nodes, lease);
        try {
            cluster.startAll();
            return cluster;
        } catch (IOException | InterruptedException | RuntimeException failure) {
            cluster.close();
            throw failure;
        }
    }

    /** Claims the directory; {@link #startAll} follows. Apart, so that a shutdown hook can be in place before. */
    public static LocalCluster prepare(Path directory, int nodes, LeaseKind lease) throws IOException {
        return prepare(directory, nodes, lease, Durability.LOCAL);
    }

    /** @param durability of every write that asks for nothing else; all nodes are voters */
    public static LocalCluster prepare(Path directory, int nodes, LeaseKind lease, Durability durability)
            throws IOException {
        DirectoryClaim claim = DirectoryClaim.take(directory);
        try {
            ClusterFile plan = ClusterFile.readOrMake(directory, nodes, lease);
            return new LocalCluster(directory, plan, durability, readOrMakeToken(directory.resolve("token")), claim);
        } catch (IOException | RuntimeException failure) {
            claim.close();
            throw failure;
        }
    }

    /** More settings for every node, as flags and values; before {@link #startAll}. */
    public void addSettings(List<String> flagsAndValues) {
        moreSettings.addAll(flagsAndValues);
    }

    /** Whom the nodes are told to talk to; before {@link #startAll}. */
    public void setWiring(Wiring wiring) {
        this.wiring = wiring;
    }

    public void startAll() throws IOException, InterruptedException {
        startAll(Map.of());
    }

    /** @param environment added to every node's, such as a failure point */
    public void startAll(Map<String, String> environment) throws IOException, InterruptedException {
        for (int number = 1; number <= plan.ports().size(); number++) {
            refuseLeftover(number);
        }
        if (plan.lease() == LeaseKind.ZOOKEEPER) {
            startZooKeeper();
        }
        for (int number = 1; number <= plan.ports().size(); number++) {
            addNode(startProcess(number, environment));
        }
        Deadline deadline = Deadline.after(START_WITHIN, MonotonicClock.SYSTEM);
        for (int number = 1; number <= plan.ports().size(); number++) {
            awaitReady(number, deadline);
        }
        awaitLevel(deadline);
    }

    /** In this process, for nodes of this machine. Also after {@link #stopZooKeeper}. */
    public synchronized void startZooKeeper() throws IOException, InterruptedException {
        zooKeeper = EmbeddedZooKeeper.start(zooKeeperDirectory(), plan.zooKeeperPort());
    }

    public synchronized void stopZooKeeper() throws IOException {
        EmbeddedZooKeeper running = zooKeeper;
        if (running != null) {
            zooKeeper = null;
            running.close();
        }
    }

    /**
     * Ends the session of a node as the server does when it has not heard of it for too long: what it claimed is gone at
     * once, and the node learns it later.
     *
     * @throws IOException if the node has no session
     */
    public synchronized void expireSession(int number) throws IOException {
        EmbeddedZooKeeper running = zooKeeper;
        if (running == null) {
            throw new IOException("no ZooKeeper runs whose session could end");
        }
        running.expireSessionOf(ZOOKEEPER_PATH + "/members/" + name(number) + "/alive");
    }

    /** Where ZooKeeper keeps what it knows. */
    public Path zooKeeperDirectory() {
        return directory.resolve("zookeeper");
    }

    private synchronized void addNode(NodeProcess node) {
        nodes.add(node);
    }

    /** A node of a cluster that was killed may have outlived it. */
    private void refuseLeftover(int number) throws IOException {
        Path file = nodeDirectory(number).resolve("pid");
        if (!Files.exists(file)) {
            return;
        }
        long pid = Long.parseLong(Files.readString(file).strip());
        Optional<String> command =
                ProcessHandle.of(pid).flatMap(process -> process.info().commandLine());
        if (command.isPresent() && command.get().contains("--name " + name(number) + " ")) {
            throw new ClusterException(
                    name(number) + " cannot start",
                    "its process from an earlier start still runs (process " + pid + ")",
                    "end it with `kill " + pid + "` and start again");
        }
    }

    private NodeProcess startProcess(int number, Map<String, String> environment) throws IOException {
        String address = "127.0.0.1:" + plan.ports().get(number - 1);
        List<String> arguments = new ArrayList<>(List.of(
                "--name",
                name(number),
                "--listen",
                address,
                "--token-file",
                directory.resolve("token").toString(),
                "--lease",
                leaseSetting(number),
                "--databases",
                DATABASE));
        if (durability != Durability.LOCAL) {
            arguments.addAll(List.of("--durability", durability.toString(), "--voters", allNames()));
        }
        if (!moreSettings.contains("--lease-timeout")) {
            arguments.addAll(List.of("--lease-timeout", LEASE_TIMEOUT.toMillis() + "ms"));
        }
        URI advertised = wiring.advertised(number, url(number));
        if (!advertised.equals(url(number))) {
            arguments.addAll(List.of("--advertise-url", advertised.toString()));
        }
        arguments.addAll(moreSettings);
        NodeProcess node = NodeProcess.start(nodeDirectory(number), arguments, environment);
        wiring.started(number, node.pid());
        Files.writeString(nodeDirectory(number).resolve("pid"), Long.toString(node.pid()));
        return node;
    }

    private String allNames() {
        return IntStream.rangeClosed(1, size()).mapToObj(LocalCluster::name).collect(Collectors.joining(","));
    }

    private String leaseSetting(int number) {
        return switch (plan.lease()) {
            case ZOOKEEPER ->
                "zookeeper:127.0.0.1:" + wiring.zooKeeperPort(number, plan.zooKeeperPort()) + ZOOKEEPER_PATH;
            case STATIC -> "static:node1@http://127.0.0.1:" + plan.ports().get(0);
            case FILE -> "file:" + directory.resolve("lease");
        };
    }

    private void awaitReady(int number, Deadline deadline) throws IOException, InterruptedException {
        NodeProcess node = node(number);
        try {
            node.awaitReady(Duration.ofNanos(Math.max(1, deadline.remainingNanos())));
        } catch (IOException failure) {
            throw new ClusterException(
                    name(number) + " did not start",
                    String.valueOf(failure.getMessage()),
                    "correct what its log says and start again; the other nodes were stopped",
                    failure);
        }
    }

    /** Waits until every database of the primary is on every node that runs, at the primary's txid, and healthy. */
    public void awaitLevel(Duration atMost) throws IOException, InterruptedException {
        awaitLevel(Deadline.after(atMost, MonotonicClock.SYSTEM));
    }

    private void awaitLevel(Deadline deadline) throws IOException, InterruptedException {
        while (true) {
            List<NodeStatus> statuses = statuses();
            if (isLevel(statuses)) {
                return;
            }
            if (deadline.hasPassed()) {
                throw new ClusterException(
                        "the nodes are not level",
                        statuses.stream()
                                .map(status -> status.json().toString())
                                .toList()
                                .toString(),
                        "read node.log in the directory of each node");
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** As {@link #awaitLevel} waits for; a node that does not answer is not level. */
    public boolean isLevel() {
        try {
            return isLevel(statuses());
        } catch (IOException unreachable) {
            return false;
        }
    }

    private static boolean isLevel(List<NodeStatus> statuses) {
        Optional<NodeStatus> primary =
                statuses.stream().filter(NodeStatus::isPrimary).findFirst();
        return primary.isPresent()
                && primary.get().databases().stream()
                        .allMatch(database -> statuses.stream().allMatch(status -> isLevel(status, database)));
    }

    /** A node that has just started may stand at the same txid in another history. */
    private static boolean isLevel(NodeStatus status, DatabaseStatus primary) {
        return status.database(primary.database())
                .filter(own -> own.health().equals("ok")
                        && own.applied() == primary.applied()
                        && own.checksum().equals(primary.checksum()))
                .isPresent();
    }

    /** Of every node whose process runs. */
    public List<NodeStatus> statuses() throws IOException {
        List<NodeStatus> statuses = new ArrayList<>();
        for (int number = 1; number <= size(); number++) {
            if (node(number).isAlive()) {
                statuses.add(impatient(number).status());
            }
        }
        return statuses;
    }

    public int size() {
        return plan.ports().size();
    }

    /** @param number from 1 */
    public synchronized NodeProcess node(int number) {
        return nodes.get(number - 1);
    }

    public NodeClient client(int number) {
        return new NodeClient(url(number), token);
    }

    /** For what a node answers at once if it can. */
    private NodeClient impatient(int number) {
        return NodeClient.impatient(url(number), token, STATUS_WITHIN);
    }

    public List<NodeClient> clients() {
        List<NodeClient> clients = new ArrayList<>();
        for (int number = 1; number <= size(); number++) {
            clients.add(client(number));
        }
        return clients;
    }

    /** 0 where there is no ZooKeeper. */
    public int zooKeeperPort() {
        return plan.zooKeeperPort();
    }

    public URI url(int number) {
        return URI.create("http://127.0.0.1:" + plan.ports().get(number - 1));
    }

    public Path databaseFile(int number, String database) {
        return nodeDirectory(number).resolve(database + ".db");
    }

    public String jdbcUrl(int number, String database) {
        return "jdbc:replsqlite:" + databaseFile(number, database);
    }

    /** Whichever node leads now, by its number. */
    public OptionalInt primary() {
        return primaryAmong(IntStream.rangeClosed(1, size()).boxed().toList());
    }

    /** Whichever of these leads now, by its number; one that is paused is better not asked. */
    public OptionalInt primaryAmong(List<Integer> numbers) {
        for (int number : numbers) {
            if (isPrimary(number)) {
                return OptionalInt.of(number);
            }
        }
        return OptionalInt.empty();
    }

    /** What a node says of itself, for messages. */
    public String statusText(int number) {
        try {
            return impatient(number).status().json().toString();
        } catch (IOException unreachable) {
            return String.valueOf(unreachable.getMessage());
        }
    }

    private boolean isPrimary(int number) {
        try {
            return node(number).isAlive() && impatient(number).status().isPrimary();
        } catch (IOException unreachable) {
            return false; // it is starting, paused or about to end
        }
    }

    /** Waits until a node other than this one leads; answers its number. */
    public int awaitPrimaryOtherThan(int number, Duration atMost) throws IOException, InterruptedException {
        Deadline deadline = Deadline.after(atMost, MonotonicClock.SYSTEM);
        while (true) {
            for (int other = 1; other <= size(); other++) {
                if (other != number && isPrimary(other)) {
                    return other;
                }
            }
            if (deadline.hasPassed()) {
                throw new ClusterException(
                        "no other node than " + name(number) + " leads after " + atMost,
                        "none of them says that it is the primary",
                        "read node.log in the directory of each node");
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }

    /** Ends one node as SIGTERM does; the others go on. */
    public void stopNode(int number) throws IOException, InterruptedException {
        int ignored = node(number).stop(STOP_WITHIN);
    }

    /**
     * Starts one node again that has ended; does not wait for it.
     *
     * @param environment added to this process's own, such as a failure point
     */
    public synchronized void launchNode(int number, Map<String, String> environment) throws IOException {
        nodes.set(number - 1, startProcess(number, environment));
    }

    /** Starts one node again that has ended; returns when it has its role. */
    public void restartNode(int number) throws IOException, InterruptedException {
        launchNode(number, Map.of());
        awaitReady(number, Deadline.after(START_WITHIN, MonotonicClock.SYSTEM));
    }

    private Path nodeDirectory(int number) {
        return directory.resolve(name(number));
    }

    private static String name(int number) {
        return "node" + number;
    }

    /** Whether {@link #close} was called: nodes that end now do so as they were told. */
    public boolean isStopping() {
        return stopping;
    }

    /** Ends every node as SIGTERM does, the first one last: it may be the primary. Kills what does not end in time. */
    @Override
    public synchronized void close() throws IOException, InterruptedException {
        stopping = true;
        IOException problem = null;
        for (int i = nodes.size() - 1; i >= 0; i--) {
            try {
                int ignored = nodes.get(i).stop(STOP_WITHIN);
                Files.deleteIfExists(nodeDirectory(i + 1).resolve("pid"));
            } catch (IOException failure) {
                problem = failure;
            }
        }
        stopZooKeeper();
        claim.close();
        if (problem != null) {
            throw problem;
        }
    }

    private static String readOrMakeToken(Path file) throws IOException {
        if (!Files.exists(file)) {
            byte[] random = new byte[32];
            new SecureRandom().nextBytes(random);
            OwnerOnlyFile.create(file, HexFormat.of().formatHex(random));
        }
        return Files.readString(file).strip();
    }
}
