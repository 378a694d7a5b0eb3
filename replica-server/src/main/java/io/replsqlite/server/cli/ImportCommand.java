package io.replsqlite.server.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "import",
        description =
                "Make a database on every node from a copy of an SQLite file, of any journal mode. The primary reads"
                        + " the file, so it must be on the primary's host.",
        sortOptions = false)
final class ImportCommand implements Callable<Integer>, JsonAware {
    @Parameters(index = "0", paramLabel = "NAME", description = "the new database's name")
    private String name = "";

    @Parameters(index = "1", paramLabel = "FILE", description = "the SQLite file; it is only read")
    private Path file = Path.of("");

    @Mixin
    private NodeCommand node = new NodeCommand();

    @Override
    public boolean wantsJson() {
        return node.wantsJson();
    }

    @Override
    public Integer call() throws CommandFailure {
        return node.change(
                "cannot import " + file, client -> client.importFile(name, file), "imported " + file + " as " + name);
    }
}
