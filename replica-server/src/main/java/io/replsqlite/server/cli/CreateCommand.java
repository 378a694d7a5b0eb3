package io.replsqlite.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "create",
        description = "Create an empty database on every node. Any node may be named; the primary does it.",
        sortOptions = false)
final class CreateCommand implements Callable<Integer>, JsonAware {
    @Parameters(paramLabel = "NAME", description = "the database's name: letters, digits, '.', '_' and '-'")
    private String name = "";

    @Mixin
    private NodeCommand node = new NodeCommand();

    @Override
    public boolean wantsJson() {
        return node.wantsJson();
    }

    @Override
    public Integer call() throws CommandFailure {
        return node.change("cannot create " + name, client -> client.create(name), "created " + name);
    }
}
