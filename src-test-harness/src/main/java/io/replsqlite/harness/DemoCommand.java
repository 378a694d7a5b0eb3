package io.replsqlite.harness;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.harness.cluster.ClusterException;
import io.replsqlite.server.cli.CommandFailure;
import io.replsqlite.server.cli.ErrorReport;
import io.replsqlite.server.cli.ExitCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        description = "Move a real data set through a cluster of three nodes and compare them. Ends with 0 only if all"
                + " nodes agree.",
        sortOptions = false)
final class DemoCommand implements Callable<Integer> {
    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "where the cluster's files go, and stay; without it, a temporary directory")
    private @Nullable Path directory;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        Path given = directory;
        try {
            if (given != null) {
                return run(given);
            }
            Path temporary = Files.createTempDirectory("replsqlite-demo");
            try {
                return run(temporary);
            } finally {
                delete(temporary);
            }
        } catch (ClusterException failure) {
            throw new CommandFailure(failure.report(), failure);
        } catch (IOException | SQLException failure) {
            throw new CommandFailure(
                    new ErrorReport(
                            "the demo stopped",
                            String.valueOf(failure.getMessage()),
                            "run it with --dir DIR and read DIR/node*/node.log"),
                    failure);
        }
    }

    private int run(Path where) throws IOException, SQLException, InterruptedException {
        boolean agree = new Demo(where, spec.commandLine().getOut(), MonotonicClock.SYSTEM, directory != null).run();
        return (agree ? ExitCode.OK : ExitCode.FAILED).number();
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        }
    }
}
