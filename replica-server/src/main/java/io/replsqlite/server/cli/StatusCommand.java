package io.replsqlite.server.cli;

import io.replsqlite.server.admin.DatabaseStatus;
import io.replsqlite.server.admin.NodeClient;
import io.replsqlite.server.admin.NodeStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(name = "status", description = "Role, position and lag of a node.", sortOptions = false)
final class StatusCommand implements Callable<Integer>, JsonAware {
    @Mixin
    private NodeOptions node = new NodeOptions();

    @Option(names = "--json", description = "print one JSON value instead of text")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public boolean wantsJson() {
        return json;
    }

    @Override
    public Integer call() throws CommandFailure {
        NodeClient client = node.client();
        try {
            print(client.status(), spec.commandLine().getOut());
            return ExitCode.OK.number();
        } catch (IOException failure) {
            throw NodeAddress.failure("the node at " + client.url() + " does not tell its status", failure);
        }
    }

    private void print(NodeStatus status, PrintWriter out) {
        if (json) {
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
            if (!database.problem().isEmpty()) {
                out.printf("  problem: %s%n", database.problem());
            }
        }
    }
}
