package io.replsqlite.harness.bench;

import io.replsqlite.base.Durability;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.files.DurableFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs scenarios and prints each figure beside the one asked for. */
@Command(name = "bench", description = "Measures against plain sqlite-jdbc in the same run and prints ratios.")
public final class BenchCommand implements Callable<Integer> {
    private static final Path S3PROXY_OF_TREE = Path.of("replica-server", "target", "s3proxy", "s3proxy.jar");

    @Parameters(
            arity = "0..*",
            paramLabel = "SCENARIO",
            description =
                    "commit, apply, lag, local-read, forward, group-commit, quorum, scan, bootstrap, rewind, backup, restore, handoff, failover, peers; default: all")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--megabytes",
            description = "Size of the database in 'bootstrap', 'rewind' and 'restore' (default: 1000).")
    private int megabytes = 1000;

    @Option(names = "--seconds", description = "How long 'backup' writes 500 commits a second (default: 60).")
    private int seconds = 60;

    @Option(
            names = "--s3proxy",
            paramLabel = "JAR",
            description =
                    "S3Proxy with its dependencies, for 'restore' (default: where the tests of a source tree put it, if it is there).")
    private @Nullable Path s3ProxyJar;

    @Option(names = "--runs", description = "How many handoffs, and how many failovers of each kind (default: 20).")
    private int runs = 20;

    @Option(
            names = "--durability",
            paramLabel = "LEVEL",
            description = "In 'failover', local or quorum alone (default: both, one after the other).")
    private @Nullable Durability durability;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Also writes the figures, with the machine they were taken on, to this file.")
    private @Nullable Path jsonFile;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "Also writes a page with the table, pictures of the distributions, and the figures as JSON.")
    private @Nullable Path reportDirectory;

    private interface Scenario {
        List<Figure> run(Path directory) throws Exception;
    }

    private Map<String, Scenario> scenarios() {
        Map<String, Scenario> all = new LinkedHashMap<>();
        all.put("commit", directory -> List.of(new CommitScenario(directory).run()));
        all.put("apply", directory -> List.of(new ApplyScenario(directory).run()));
        all.put("lag", directory -> new LagScenario(directory).run());
        all.put("local-read", directory -> new LocalReadScenario(directory).run());
        all.put("forward", directory -> List.of(new ForwardScenario(directory).run()));
        all.put("group-commit", directory -> new GroupCommitScenario(directory).run());
        all.put("quorum", directory -> List.of(new QuorumScenario(directory).run()));
        all.put("scan", directory -> List.of(new ScanScenario(directory).run()));
        all.put("bootstrap", directory -> List.of(new BootstrapScenario(directory, megabytes).run()));
        all.put("backup", directory -> new BackupScenario(directory, seconds).run());
        all.put("restore", directory -> new RestoreScenario(directory, megabytes, s3Proxy()).run());
        all.put("rewind", directory -> List.of(new RewindScenario(directory, megabytes).run()));
        all.put("handoff", directory -> List.of(new HandoffScenario(directory, runs).run()));
        all.put("failover", directory -> new FailoverScenario(directory, runs, durability).run());
        all.put("peers", directory -> new PeersScenario(directory).run());
        return all;
    }

    private @Nullable Path s3Proxy() {
        if (s3ProxyJar != null) {
            return s3ProxyJar;
        }
        return Files.exists(S3PROXY_OF_TREE) ? S3PROXY_OF_TREE : null;
    }

    @Override
    public Integer call() throws Exception {
        Map<String, Scenario> all = scenarios();
        for (String name : names) {
            if (!all.containsKey(name)) {
                System.err.println(
                        "There is no scenario '" + name + "'. There are: " + String.join(", ", all.keySet()));
                return 2;
            }
        }
        Machine machine = Machine.describe(MonotonicClock.SYSTEM.wallMillis());
        all.keySet().removeIf(name -> !names.isEmpty() && !names.contains(name));
        report(new BenchReport(machine, run(all)));
        return 0;
    }

    private static List<ScenarioFigure> run(Map<String, Scenario> scenarios) throws Exception {
        List<ScenarioFigure> figures = new ArrayList<>();
        for (Map.Entry<String, Scenario> entry : scenarios.entrySet()) {
            Path directory = Files.createTempDirectory("replsqlite-bench-");
            for (Figure figure : entry.getValue().run(directory)) {
                print(figure);
                figures.add(new ScenarioFigure(entry.getKey(), figure));
            }
            DurableFiles.deleteTree(directory);
        }
        return figures;
    }

    private void report(BenchReport report) throws IOException {
        if (jsonFile != null) {
            report.write(jsonFile);
        }
        if (reportDirectory != null) {
            new ReportPage(report, reportDirectory).write();
        }
    }

    private static void print(Figure figure) {
        System.out.println(figure.what());
        System.out.println("  ours      " + figure.ours().text());
        System.out.println("  baseline  " + figure.baseline().text());
        System.out.println("  " + figure.verdict());
    }
}
