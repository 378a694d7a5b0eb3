package io.replsqlite.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "handoff",
        description =
                "Let another node be the primary, before a deploy: it gets everything first, and writers wait for some"
                        + " milliseconds instead of failing. Any node may be named; the primary does it.",
        sortOptions = false)
final class HandoffCommand implements Callable<Integer>, JsonAware {
    @Option(
            names = "--to",
            paramLabel = "NODE",
            description = "name of the next primary. Default: the node that lags least.")
    private String to = "";

    @Mixin
    private NodeCommand node = new NodeCommand();

    @Override
    public boolean wantsJson() {
        return node.wantsJson();
    }

    @Override
    public Integer call() throws CommandFailure {
        JsonNode answer = node.ask("cannot hand the lease over", client -> client.handOff(to));
        node.out()
                .println(
                        wantsJson()
                                ? answer.toString()
                                : answer.path("from").asText() + " has left the lease to "
                                        + answer.path("to").asText() + " at "
                                        + answer.path("url").asText());
        return ExitCode.OK.number();
    }
}
