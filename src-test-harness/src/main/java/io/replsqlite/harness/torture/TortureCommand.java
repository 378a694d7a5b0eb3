package io.replsqlite.harness.torture;

import io.replsqlite.base.DeliberateBug;
import io.replsqlite.base.Durability;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.harness.rig.Nemesis;
import io.replsqlite.harness.torture.Torture.Plan;
import io.replsqlite.server.files.DurableFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs a torture and writes its report. */
@Command(
        name = "torture",
        description = {
            "Do everything to a cluster of three that may happen to one, under load, and check what its clients were told.",
            "Ends with 0 only if no promise was broken. Linux only."
        },
        sortOptions = false)
public final class TortureCommand implements Callable<Integer> {
    private static final int VIOLATED = 3;

    @Option(names = "--minutes", paramLabel = "N", description = "how long. Default: ${DEFAULT-VALUE}.")
    private int minutes = 5;

    @Option(names = "--seed", paramLabel = "S", description = "repeats the choices of another run. Default: a new one.")
    private @Nullable Long seed;

    @Option(names = "--durability", paramLabel = "local|quorum|all", description = "Default: ${DEFAULT-VALUE}.")
    private String durability = "quorum";

    @Option(
            names = "--faults",
            paramLabel = "A,B,...",
            description = "only these; --faults list names all. Default: all.")
    private String faults = "";

    @Option(
            names = "--report",
            paramLabel = "DIR",
            description = "where torture.md and torture.json go. Default: a temporary directory.")
    private @Nullable Path reportDirectory;

    @Option(
            names = "--bug",
            paramLabel = "NAME",
            description = "make this mistake on purpose, in the nodes and in the clients: then the run must end with 3,"
                    + " or its checks are worth nothing. docs/testing.md has the names.")
    private String bug = "";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException, InterruptedException, SQLException {
        PrintWriter out = spec.commandLine().getOut();
        if (!bug.isEmpty()) {
            var ignored = System.setProperty(DeliberateBug.PROPERTY, bug); // before anything of the driver looks
        }
        if (faults.equals("list")) {
            for (Nemesis nemesis : Nemesis.values()) {
                out.printf("%-20s %s%n", nemesis.word(), nemesis.description());
            }
            return 0;
        }
        Path given = reportDirectory;
        Path directory = given == null ? Files.createTempDirectory("replsqlite-torture-") : given.toAbsolutePath();
        Path run = Files.createDirectories(directory).resolve("run");
        Plan plan = plan();
        say(out, "seed " + plan.seed() + ", durability " + plan.durability() + ", files in " + run);
        TortureReport report = new Torture(plan, run, line -> say(out, line)).run();
        ReportFiles.write(report, directory);
        if (report.passed()) {
            DurableFiles.deleteTree(run);
        }
        out.println(ReportFiles.markdown(report));
        out.println("The report is in " + directory + (report.passed() ? "" : "; histories and nodes are in " + run));
        return report.passed() ? 0 : VIOLATED;
    }

    private Plan plan() {
        Long chosen = seed;
        List<Nemesis> nemeses = Nemesis.parse(faults);
        return new Plan(
                chosen == null ? MonotonicClock.SYSTEM.wallMillis() : chosen,
                Duration.ofMinutes(minutes),
                Integer.MAX_VALUE,
                level(),
                nemeses);
    }

    private Durability level() {
        for (Durability level : Durability.values()) {
            if (level.toString().equals(durability)) {
                return level;
            }
        }
        throw new IllegalArgumentException("--durability takes local, quorum or all, not " + durability);
    }

    private static void say(PrintWriter out, String line) {
        out.println(line);
        out.flush();
    }
}
