package io.replsqlite.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.replsqlite.server.admin.DatabaseStatus;
import io.replsqlite.server.admin.NodeStatus;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Looks at a running backup. */
@Command(name = "backup", description = "Look at a running backup.")
final class BackupCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    @Command(
            name = "status",
            description = {
                "Where each backup of the primary stands: what is uploaded, how far it is behind, which points can be restored.",
                "Ends with 3 if the node uploads nothing, or a backup does not get on."
            },
            sortOptions = false)
    static final class BackupStatusCommand implements Callable<Integer>, JsonAware {
        private static final ObjectMapper JSON = new ObjectMapper();

        @Mixin
        private NodeCommand node = new NodeCommand();

        @Override
        public boolean wantsJson() {
            return node.wantsJson();
        }

        @Override
        public Integer call() throws CommandFailure {
            NodeStatus status = node.ask(
                    "cannot read the backups' status",
                    client -> client.onPrimary().status());
            ArrayNode all = JSON.createArrayNode();
            boolean good = true;
            for (DatabaseStatus database : status.databases()) {
                for (JsonNode backup : database.backups()) {
                    all.add(backup);
                    good &= backup.path("state").asText().equals("streaming");
                }
            }
            PrintWriter out = node.out();
            if (node.wantsJson()) {
                out.println(all);
            } else {
                all.forEach(backup -> print(backup, out));
            }
            return (good && !all.isEmpty() ? ExitCode.OK : ExitCode.BAD).number();
        }

        private static void print(JsonNode backup, PrintWriter out) {
            out.printf(
                    "%s: %s, generation %d%n",
                    backup.path("destination").asText(),
                    backup.path("state").asText(),
                    backup.path("generation").asLong());
            out.printf(
                    "  replicated up to txid %d; behind by %d commits, %d bytes at most, %s ms%n",
                    backup.path("uploaded").asLong(),
                    backup.path("lag").asLong(),
                    backup.path("lagBytes").asLong(),
                    backup.path("lagMillis").asText("unknown"));
            if (backup.has("oldestTxid")) {
                out.printf(
                        "  restorable from txid %d of %s to txid %d of %s%n",
                        backup.path("oldestTxid").asLong(),
                        Instant.ofEpochMilli(backup.path("oldestMillis").asLong()),
                        backup.path("uploaded").asLong(),
                        Instant.ofEpochMilli(backup.path("uploadedMillis").asLong()));
            }
            for (JsonNode level : backup.path("levels")) {
                out.printf(
                        "  level %d: %d files, %d bytes, the last one up to txid %d of %s%n",
                        level.path("level").asInt(),
                        level.path("files").asInt(),
                        level.path("bytes").asLong(),
                        level.path("lastTxid").asLong(),
                        Instant.ofEpochMilli(level.path("lastMillis").asLong()));
            }
            if (!backup.path("errors").isEmpty()) {
                out.printf("  errors: %s%n", backup.path("errors"));
            }
            if (backup.has("problem")) {
                out.printf("  problem: %s%n", backup.path("problem").asText());
            }
        }
    }
}
