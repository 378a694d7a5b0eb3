package io.replsqlite.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "drop",
        description = "Remove a database from every node. Each node sets its files aside, in .replsqlite/dropped in its"
                + " directory. Any node may be named; the primary does it.",
        sortOptions = false)
final class DropCommand implements Callable<Integer>, JsonAware {
    @Parameters(paramLabel = "NAME", description = "the database's name")
    private String name = "";

    @Mixin
    private NodeCommand node = new NodeCommand();

    @Override
    public boolean wantsJson() {
        return node.wantsJson();
    }

    @Override
    public Integer call() throws CommandFailure {
        return node.change("cannot drop " + name, client -> client.drop(name), "dropped " + name);
    }
}
