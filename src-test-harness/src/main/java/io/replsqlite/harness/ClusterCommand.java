package io.replsqlite.harness;

import io.replsqlite.base.Durability;
import io.replsqlite.harness.cluster.ClusterException;
import io.replsqlite.harness.cluster.LeaseKind;
import io.replsqlite.harness.cluster.LocalCluster;
import io.replsqlite.harness.cluster.NodeProcess;
import io.replsqlite.server.admin.NodeStatus;
import io.replsqlite.server.cli.CommandFailure;
import io.replsqlite.server.cli.ErrorReport;
import io.replsqlite.server.cli.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "cluster",
        description = {
            "Run a cluster on this machine to develop against, until SIGTERM or Ctrl-C.",
            "Prints one JSON line per node and {\"ready\":true} when all nodes are level. The files stay; started again"
                    + " on the same directory, the cluster goes on where it stopped."
        },
        sortOptions = false)
final class ClusterCommand implements Callable<Integer> {
    @Option(names = "--nodes", paramLabel = "N", description = "how many nodes. Default: ${DEFAULT-VALUE}.")
    private int nodes = 3;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            required = true,
            description = "the cluster's directory; each node has DIR/nodeN")
    private Path directory = Path.of("");

    @Option(
            names = "--lease",
            paramLabel = "zookeeper|static|file",
            description =
                    "zookeeper: any node may be the primary, and another one is when it ends; a ZooKeeper for this"
                            + " machine only runs in this process. static: node1 is the primary, always. file: as zookeeper, by a"
                            + " lock in DIR. Default: zookeeper.")
    private String lease = "zookeeper";

    @Option(
            names = "--durability",
            paramLabel = "local|quorum|all",
            description =
                    "where a write is on disk before it is acknowledged: on the primary, on a majority of the nodes,"
                            + " on all. Default: ${DEFAULT-VALUE}.")
    private String durability = "local";

    @Option(
            names = "--backup",
            paramLabel = "URL",
            description =
                    "where the primary uploads every commit to, such as file:///DIR or s3://BUCKET/PATH?endpoint=URL")
    private @Nullable String backup;

    @Option(
            names = "--backup-credentials-file",
            paramLabel = "FILE",
            description = "file with lines NAME=VALUE for the store of --backup")
    private @Nullable Path backupCredentials;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        try {
            LocalCluster cluster = LocalCluster.prepare(directory, checkedNodes(), leaseKind(), durability());
            ClusterGuard.stopAtExit(cluster);
            cluster.addSettings(backupSettings());
            cluster.startAll();
            announce(cluster);
            awaitEnd(cluster);
            throw new CommandFailure(new ErrorReport(
                    "the cluster ended", "none of its nodes runs any more", "read node.log in each node's directory"));
        } catch (ClusterException failure) {
            throw new CommandFailure(failure.report(), failure);
        } catch (IOException failure) {
            throw new CommandFailure(
                    new ErrorReport(
                            "the cluster cannot run in " + directory,
                            String.valueOf(failure.getMessage()),
                            "read node.log in each node's directory"),
                    failure);
        }
    }

    private int checkedNodes() throws CommandFailure {
        if (nodes < 1 || nodes > 16) {
            throw new CommandFailure(new ErrorReport(
                    "there is no cluster of " + nodes + " nodes", "--nodes takes 1 to 16", "give another number"));
        }
        return nodes;
    }

    private List<String> backupSettings() {
        List<String> settings = new ArrayList<>();
        if (backup != null) {
            settings.addAll(List.of("--backup", backup));
        }
        if (backupCredentials != null) {
            settings.addAll(List.of(
                    "--backup-credentials-file",
                    backupCredentials.toAbsolutePath().toString()));
        }
        return settings;
    }

    private LeaseKind leaseKind() throws CommandFailure {
        for (LeaseKind kind : LeaseKind.values()) {
            if (kind.word().equals(lease)) {
                return kind;
            }
        }
        throw new CommandFailure(new ErrorReport(
                "there is no lease '" + lease + "'", "--lease takes zookeeper, static or file", "give one of them"));
    }

    private Durability durability() throws CommandFailure {
        for (Durability level : Durability.values()) {
            if (level.toString().equals(durability)) {
                return level;
            }
        }
        throw new CommandFailure(new ErrorReport(
                "there is no durability '" + durability + "'",
                "--durability takes local, quorum or all",
                "give one of them"));
    }

    private void announce(LocalCluster cluster) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        for (int number = 1; number <= cluster.size(); number++) {
            NodeStatus status = cluster.client(number).status();
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("node", number);
            line.put("db", cluster.databaseFile(number, LocalCluster.DATABASE).toString());
            line.put("url", status.url());
            line.put("role", status.isPrimary() ? "primary" : status.role());
            line.put("pid", cluster.node(number).pid());
            out.println(Json.line(line));
        }
        out.println(Json.line(Map.of("ready", true)));
        out.flush();
    }

    /** A node that ends is told, and the others go on: people end nodes to see what the others do. */
    private void awaitEnd(LocalCluster cluster) throws InterruptedException {
        PrintWriter err = spec.commandLine().getErr();
        CountDownLatch running = new CountDownLatch(cluster.size());
        for (int number = 1; number <= cluster.size(); number++) {
            NodeProcess node = cluster.node(number);
            String name = "node" + number;
            var ignored = node.whenEnded().thenAccept(exitCode -> {
                if (cluster.isStopping()) {
                    return;
                }
                err.println(name + " ended with exit code " + exitCode + "; its log is " + node.logFile());
                err.flush();
                running.countDown();
            });
        }
        running.await();
    }
}
