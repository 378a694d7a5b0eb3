package io.replsqlite.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.replsqlite.server.admin.NodeClient;
import java.io.IOException;
import picocli.CommandLine.Model.CommandSpec;

/** What create, import and drop have in common: ask, print the answer, or say why not. */
record CatalogueChange(CommandSpec spec, boolean json) {
    @FunctionalInterface
    interface Request {
        JsonNode ask(NodeClient client) throws IOException;
    }

    int run(NodeOptions node, String failureText, Request request, String successText) throws CommandFailure {
        NodeClient client = node.client();
        try {
            JsonNode answer = request.ask(client);
            spec.commandLine().getOut().println(json ? answer.toString() : successText);
            return ExitCode.OK.number();
        } catch (IOException failure) {
            throw NodeAddress.failure(failureText, failure);
        }
    }
}
