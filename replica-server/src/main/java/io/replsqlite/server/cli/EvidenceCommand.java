package io.replsqlite.server.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.replsqlite.server.backup.drill.Evidence;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "evidence",
        description = {
            "List what drills have found, as it is kept beside a backup, oldest first.",
            "Ends with 3 if there is none or the newest drill failed."
        },
        sortOptions = false)
final class EvidenceCommand implements Callable<Integer>, JsonAware {
    @Mixin
    private BackupOptions backup = new BackupOptions();

    @Option(
            names = "--local",
            paramLabel = "DIR",
            description =
                    "list the copies in a directory instead: that of --evidence-dir, or one below evidence/ of a node")
    private @Nullable Path local;

    @Option(names = "--json", description = "print one JSON value a record instead of text")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public boolean wantsJson() {
        return json;
    }

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        List<Evidence> all = backup.open("the evidence cannot be read", (store, url) -> {
            Path directory = local;
            return directory == null ? Evidence.list(store) : Evidence.list(directory);
        });
        PrintWriter out = spec.commandLine().getOut();
        for (Evidence evidence : all) {
            out.println(json ? evidence.json().toString() : line(evidence.json()));
        }
        boolean good = !all.isEmpty() && all.get(all.size() - 1).isPassed();
        return (good ? ExitCode.OK : ExitCode.BAD).number();
    }

    private static String line(ObjectNode record) {
        if (record.has("crash")) {
            return String.format(
                    "%s  %-4s  promote  txid %d  handoff %s ms  longest write of the failover %s ms  %s",
                    record.path("at").asText(),
                    record.path("decision").asText(),
                    record.path("replicatedTxid").asLong(),
                    record.path("handoff").path("millis").asText(),
                    record.path("crash").path("longestWriteMillis").asText(),
                    record.path("failures").isEmpty() ? "" : record.path("failures"));
        }
        return String.format(
                "%s  %-4s  txid %d  RPO %s ms  RTO %s ms  %s",
                record.path("at").asText(),
                record.path("decision").asText(),
                record.path("replicatedTxid").asLong(),
                record.path("rpoMillis").asText("unknown"),
                record.path("rtoMillis").asText("unknown"),
                record.path("failures").isEmpty() ? "" : record.path("failures"));
    }
}
