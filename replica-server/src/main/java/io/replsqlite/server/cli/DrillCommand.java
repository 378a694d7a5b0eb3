package io.replsqlite.server.cli;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.backup.drill.DrillSettings;
import io.replsqlite.server.backup.drill.Evidence;
import io.replsqlite.server.backup.drill.RestoreDrill;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Practises what one hopes never to need. */
@Command(name = "drill", description = "Practise what one hopes never to need, and keep the evidence.")
final class DrillCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** No drill at all is a question about the drills. */
    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(
            name = "restore",
            description = {
                "Restore the newest state to a scratch file, check it, measure, and keep a record beside the backup.",
                "Ends with 0 if everything holds and with 3 if not: a gate for releases."
            },
            sortOptions = false)
    static final class RestoreDrillCommand implements Callable<Integer>, JsonAware {
        @Mixin
        private BackupOptions backup = new BackupOptions();

        @Option(
                names = "--live",
                paramLabel = "DIR",
                description = "directory of a node that serves the database, to compare with")
        private @Nullable Path live;

        @Option(names = "--database", paramLabel = "NAME", description = "its name there. Default: ${DEFAULT-VALUE}.")
        private String database = "app";

        @Option(
                names = "--scratch",
                paramLabel = "DIR",
                description = "where there is room for the database. Default: the directory for temporary files.")
        private Path scratch = Path.of(System.getProperty("java.io.tmpdir"));

        @Option(
                names = "--evidence-dir",
                paramLabel = "DIR",
                description = "where a copy of the record is kept. Default: ${DEFAULT-VALUE}.")
        private Path evidenceDirectory = Path.of("evidence");

        @Option(
                names = "--target-rpo",
                paramLabel = "SECONDS",
                description = "how far the backup may be behind. Default: ${DEFAULT-VALUE}.")
        private int targetRpoSeconds = 5;

        @Option(
                names = "--target-rto",
                paramLabel = "SECONDS",
                description = "how long the restore may take. Default: ${DEFAULT-VALUE}.")
        private int targetRtoSeconds = 900;

        @Option(
                names = {"--sql", "--smoke"},
                paramLabel = "SQL",
                description = "a query whose first value must be neither NULL nor 0 nor empty; may be repeated")
        private List<String> smokeTests = new ArrayList<>();

        @Option(
                names = "--command",
                paramLabel = "COMMAND",
                description =
                        "a shell command that must end with 0; REPLSQLITE_RESTORED names the restored file; may be"
                                + " repeated")
        private List<String> commands = new ArrayList<>();

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
            LiveNode node = live == null ? null : LiveNode.of(live, database);
            Evidence evidence = backup.open("the drill could not be held", (store, url) -> {
                DrillSettings settings = new DrillSettings(
                        scratch,
                        evidenceDirectory.toAbsolutePath(),
                        Duration.ofSeconds(targetRpoSeconds),
                        Duration.ofSeconds(targetRtoSeconds),
                        smokeTests,
                        commands,
                        backup.credentials(),
                        DrillSettings.RESERVE_BYTES);
                return new RestoreDrill(backup.place(store, url), settings, node, MonotonicClock.SYSTEM).run();
            });
            print(evidence, spec.commandLine().getOut());
            return (evidence.isPassed() ? ExitCode.OK : ExitCode.BAD).number();
        }

        private void print(Evidence evidence, PrintWriter out) {
            out.println(json ? evidence.json().toString() : evidence.json().toPrettyString());
        }
    }
}
