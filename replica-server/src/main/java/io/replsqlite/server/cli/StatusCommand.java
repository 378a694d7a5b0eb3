package io.replsqlite.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.replsqlite.server.admin.DatabaseStatus;
import io.replsqlite.server.admin.NodeClient;
import io.replsqlite.server.admin.NodeStatus;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "status",
        description = "Role, position and lag of a node, or the history of the lease.",
        sortOptions = false)
final class StatusCommand implements Callable<Integer>, JsonAware {
    @Mixin
    private NodeCommand node = new NodeCommand();

    @Option(names = "--history", description = "who has held the lease, when and why, and which transactions are whose")
    private boolean history;

    @Override
    public boolean wantsJson() {
        return node.wantsJson();
    }

    @Override
    public Integer call() throws CommandFailure {
        if (history) {
            JsonNode tenures = node.ask("cannot read the history", NodeClient::history);
            node.out().print(node.wantsJson() ? tenures + System.lineSeparator() : new TenureText(tenures));
            node.out().flush(); // which println alone does by itself
            return ExitCode.OK.number();
        }
        print(node.ask("cannot read the status", NodeClient::status), node.out());
        return ExitCode.OK.number();
    }

    private void print(NodeStatus status, PrintWriter out) {
        if (node.wantsJson()) {
            out.println(status.json());
            return;
        }
        out.printf(
                "%s at %s: %s, epoch %d%n",
                status.node(), status.url(), status.isPrimary() ? "primary" : status.role(), status.epoch());
        if (!status.isPrimary()) {
            out.printf("primary: %s%n", status.primaryUrl().isEmpty() ? "unknown" : status.primaryUrl());
        }
        if (!status.problem().isEmpty()) {
            out.printf("problem: %s%n%s%n", status.problem(), status.remedy());
        }
        for (DatabaseStatus database : status.databases()) {
            String age = database.ageMillis().isPresent()
                    ? database.ageMillis().getAsLong() + " ms old at most"
                    : "age unknown";
            out.printf(
                    "%s: %s, txid %d of %d (lag %d), %s, state %s, %s%n",
                    database.database(),
                    database.health(),
                    database.applied(),
                    database.head(),
                    database.lag(),
                    age,
                    database.checksum(),
                    database.file());
            if (database.rescued() > 0) {
                out.printf(
                        "  rescued: %d transactions that the cluster lost; ./replsqlite rescued lists them%n",
                        database.rescued());
            }
            if (!database.problem().isEmpty()) {
                out.printf("  problem: %s%n", database.problem());
            }
            database.backups().forEach(backup -> printBackup(backup, out));
        }
    }

    private static void printBackup(JsonNode backup, PrintWriter out) {
        out.printf(
                "  backup %s: %s, txid %d (lag %d, %s ms), generation %d%n",
                backup.path("destination").asText(),
                backup.path("state").asText(),
                backup.path("uploaded").asLong(),
                backup.path("lag").asLong(),
                backup.path("lagMillis").asText("unknown"),
                backup.path("generation").asLong());
        if (backup.has("problem")) {
            out.printf("    problem: %s%n", backup.path("problem").asText());
        }
    }
}
