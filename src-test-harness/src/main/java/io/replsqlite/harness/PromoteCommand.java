package io.replsqlite.harness;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.harness.drill.PromotionDrill;
import io.replsqlite.harness.drill.PromotionSettings;
import io.replsqlite.server.backup.drill.Evidence;
import io.replsqlite.server.cli.BackupOptions;
import io.replsqlite.server.cli.CommandFailure;
import io.replsqlite.server.cli.ExitCode;
import io.replsqlite.server.cli.JsonAware;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Practises a promotion. */
@Command(
        name = "promote",
        description = {
            "Restore the backup into a scratch cluster of three processes on this machine, hand the lease over, kill the"
                    + " primary amid writes, and compare all nodes each time. Keeps a record beside the backup.",
            "Ends with 0 if everything holds and with 3 if not."
        },
        sortOptions = false)
final class PromoteCommand implements Callable<Integer>, JsonAware {
    @Mixin
    private BackupOptions backup = new BackupOptions();

    @Option(
            names = "--scratch",
            paramLabel = "DIR",
            description =
                    "where there is room for four copies of the database. Default: the directory for temporary files.")
    private Path scratch = Path.of(System.getProperty("java.io.tmpdir"));

    @Option(
            names = "--evidence-dir",
            paramLabel = "DIR",
            description = "where a copy of the record is kept. Default: ${DEFAULT-VALUE}.")
    private Path evidenceDirectory = Path.of("evidence");

    @Option(
            names = "--target-rto",
            paramLabel = "SECONDS",
            description = "how long the restore may take. Default: ${DEFAULT-VALUE}.")
    private int targetRtoSeconds = 900;

    @Option(
            names = "--target-handoff",
            paramLabel = "SECONDS",
            description = "how long a write may wait in a handoff. Default: ${DEFAULT-VALUE}.")
    private int targetHandoffSeconds = 5;

    @Option(
            names = "--target-failover",
            paramLabel = "SECONDS",
            description = "how long a write may wait when the primary is killed. Default: ${DEFAULT-VALUE}.")
    private int targetFailoverSeconds = 15;

    @Option(names = "--json", description = "print the record as JSON instead of text")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public boolean wantsJson() {
        return json;
    }

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        PromotionSettings settings = new PromotionSettings(
                scratch,
                evidenceDirectory.toAbsolutePath(),
                Duration.ofSeconds(targetRtoSeconds),
                Duration.ofSeconds(targetHandoffSeconds),
                Duration.ofSeconds(targetFailoverSeconds));
        Evidence evidence = backup.open(
                "the drill could not be held",
                (store, url) -> new PromotionDrill(
                                backup.place(store, url), settings, ClusterGuard::stopAtExit, MonotonicClock.SYSTEM)
                        .run());
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? evidence.json().toString() : evidence.json().toPrettyString());
        return (evidence.isPassed() ? ExitCode.OK : ExitCode.BAD).number();
    }

    /** What the promotion is a part of on the command line. */
    @Command(name = "drill", description = "Practise what one hopes never to need, and keep the evidence.")
    static final class Drills implements Runnable {
        @Spec
        private CommandSpec spec = CommandSpec.create();

        @Override
        public void run() {
            spec.commandLine().usage(spec.commandLine().getOut());
        }
    }
}
