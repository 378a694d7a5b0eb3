package io.replsqlite.server.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "create",
        description = "Create an empty database on every node. Any node may be named; the primary does it.",
        sortOptions = false)
final class CreateCommand implements Callable<Integer>, JsonAware {
    @Parameters(paramLabel = "NAME", description = "the database's name: letters, digits, '.', '_' and '-'")
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
                .run(node, "cannot create " + name, client -> client.create(name), "created " + name);
    }
}
