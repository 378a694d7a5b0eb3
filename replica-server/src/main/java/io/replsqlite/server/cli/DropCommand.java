package io.replsqlite.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "drop",
        description = "Remove a database from every node. Each node sets its files aside, in .replsqlite/dropped in its"
                + " directory. Any node may be named; the primary does it.",
        sortOptions = false)
final class DropCommand implements Callable<Integer>, JsonAware {
    @Parameters(paramLabel = "NAME", description = "the database's name")
    private String name = "";

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
        return new CatalogueChange(spec, json)
                .run(node, "cannot drop " + name, client -> client.drop(name), "dropped " + name);
    }
}
