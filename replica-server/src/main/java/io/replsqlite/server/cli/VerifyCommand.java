package io.replsqlite.server.cli;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.admin.DatabaseStatus;
import io.replsqlite.server.admin.NodeClient;
import io.replsqlite.server.admin.NodeStatus;
import io.replsqlite.server.admin.ReplicaComparison;
import io.replsqlite.server.admin.ReplicaComparison.Verdict;
import io.replsqlite.server.admin.ReplicaScan;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "verify",
        description =
                "Prove that all replicas are equal page for page at one txid, while they run. Every node reads every"
                        + " page of its replica.",
        sortOptions = false)
final class VerifyCommand implements Callable<Integer>, JsonAware {
    private static final int SHOWN_PAGES = 20;

    @Option(names = "--url", paramLabel = "URL", description = "the URL of a node; once for each node")
    private List<String> urls = new ArrayList<>();

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description =
                    "a cluster's directory, which holds its nodes' directories; or a node's directory, once for each")
    private List<Path> directories = new ArrayList<>();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "file with the bearer token; not needed with --dir")
    private @Nullable Path tokenFile;

    @Mixin
    private TlsOptions tls = new TlsOptions();

    @Option(names = "--database", paramLabel = "NAME", description = "only this database. Default: all of them.")
    private @Nullable String database;

    @Option(
            names = "--within",
            paramLabel = "SECONDS",
            description = "how long to try to catch all nodes at one txid. Default: ${DEFAULT-VALUE}.")
    private int withinSeconds = 30;

    @Option(names = "--json", description = "print one JSON value a database instead of text")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public boolean wantsJson() {
        return json;
    }

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        List<NodeClient> nodes = nodes();
        try {
            boolean allEqual = true;
            for (String name : databases(nodes)) {
                Deadline deadline = Deadline.after(Duration.ofSeconds(withinSeconds), MonotonicClock.SYSTEM);
                ReplicaComparison.Result result = ReplicaComparison.compare(name, nodes, deadline);
                print(result, spec.commandLine().getOut());
                if (result.verdict() == Verdict.MOVING) {
                    throw new CommandFailure(new ErrorReport(
                            "the replicas of " + name + " could not be compared",
                            "commits came too fast to catch all nodes at one txid within " + withinSeconds
                                    + " s; each replica by itself is what its log says",
                            "pause the writers for a moment, or give more time by --within"));
                }
                allEqual &= result.verdict() == Verdict.EQUAL;
            }
            return (allEqual ? ExitCode.OK : ExitCode.BAD).number();
        } catch (IOException failure) {
            throw NodeAddress.failure("the replicas cannot be compared", failure);
        }
    }

    private List<NodeClient> nodes() throws CommandFailure {
        List<NodeClient> nodes = new ArrayList<>();
        for (String url : urls) {
            nodes.add(NodeAddress.byUrl(url, tokenFile, tls.files()));
        }
        for (Path directory : directories) {
            for (Path node : nodeDirectories(directory)) {
                nodes.add(NodeAddress.byPlace(node, tokenFile, tls.files()));
            }
        }
        if (nodes.isEmpty()) {
            throw new CommandFailure(new ErrorReport(
                    "cannot tell which nodes to compare",
                    directories.isEmpty() ? "neither --url nor --dir is given" : "no node's directory is there",
                    "give --dir DIR of a cluster, or --url URL once for each node"));
        }
        return nodes;
    }

    /** The directory itself if it is a node's, else those in it that are. */
    private static List<Path> nodeDirectories(Path directory) throws CommandFailure {
        if (isNode(directory)) {
            return List.of(directory);
        }
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(VerifyCommand::isNode).sorted().toList();
        } catch (IOException unreadable) {
            throw new CommandFailure(
                    new ErrorReport(
                            "cannot read " + directory, String.valueOf(unreadable), "name a cluster's directory"),
                    unreadable);
        }
    }

    private static boolean isNode(Path directory) {
        return Files.isDirectory(directory.resolve(".replsqlite"));
    }

    private NavigableSet<String> databases(List<NodeClient> nodes) throws IOException {
        NavigableSet<String> names = new TreeSet<>();
        String only = database;
        if (only != null) {
            names.add(only);
            return names;
        }
        for (NodeClient node : nodes) {
            NodeStatus status = node.status();
            status.databases().stream().map(DatabaseStatus::database).forEach(names::add);
        }
        return names;
    }

    private void print(ReplicaComparison.Result result, PrintWriter out) {
        if (json) {
            Map<String, Object> value = new LinkedHashMap<>();
            value.put("database", result.database());
            value.put("equal", result.verdict() == Verdict.EQUAL);
            value.put("nodes", result.scans().stream().map(ReplicaScan::json).toList());
            out.println(Json.line(value));
            return;
        }
        out.printf("%s: %s%n", result.database(), words(result.verdict()));
        for (ReplicaScan scan : result.scans()) {
            out.printf(
                    "  %-8s txid %d, %d pages, state %s: %s%n",
                    scan.node(),
                    scan.txid(),
                    scan.pages(),
                    scan.found(),
                    scan.isIntact() ? "as its log says" : wrong(scan));
        }
    }

    private static String words(Verdict verdict) {
        return switch (verdict) {
            case EQUAL -> "all replicas are equal";
            case DIFFERENT -> "the replicas DIFFER";
            case MOVING -> "not caught at one txid";
        };
    }

    private static String wrong(ReplicaScan scan) {
        List<String> pages = scan.wrongPages().stream()
                .limit(SHOWN_PAGES)
                .map(String::valueOf)
                .toList();
        int more = scan.wrongPages().size() - pages.size();
        return "its log says " + scan.expected() + "; wrong pages: " + String.join(", ", pages)
                + (more > 0 ? " and " + more + " more" : "");
    }
}
