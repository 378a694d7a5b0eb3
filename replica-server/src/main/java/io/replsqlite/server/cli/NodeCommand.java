package io.replsqlite.server.cli;

import io.replsqlite.server.admin.NodeClient;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What the commands have in common that ask one node: how it is named, {@code --json}, and where output goes. */
final class NodeCommand {
    @Mixin
    private NodeOptions node = new NodeOptions();

    @Option(names = "--json", description = "print one JSON value instead of text")
    private boolean json;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec = CommandSpec.create();

    /** A question to a node. */
    @FunctionalInterface
    interface Request<T> {
        T ask(NodeClient client) throws IOException;
    }

    boolean wantsJson() {
        return json;
    }

    PrintWriter out() {
        return spec.commandLine().getOut();
    }

    /** @param failureText what could not be done, if the node says no or nothing */
    <T> T ask(String failureText, Request<T> request) throws CommandFailure {
        NodeClient client = node.client();
        try {
            return request.ask(client);
        } catch (IOException failure) {
            throw NodeAddress.failure(failureText + ", asking " + client.url(), failure);
        }
    }

    /** Asks for a change and prints the answer, or a sentence. */
    <T> int change(String failureText, Request<T> request, String successText) throws CommandFailure {
        T answer = ask(failureText, request);
        out().println(json ? answer.toString() : successText);
        return ExitCode.OK.number();
    }
}
