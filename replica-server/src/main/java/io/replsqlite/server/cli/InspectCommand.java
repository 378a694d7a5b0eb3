package io.replsqlite.server.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "inspect",
        description = "Say what a file is, what its header holds and whether it is valid.",
        sortOptions = false)
final class InspectCommand implements Callable<Integer>, JsonAware {
    @Parameters(paramLabel = "FILE", description = "the file; its format is recognised by its first bytes")
    private Path file = Path.of("");

    @Option(names = "--json", description = "print one JSON value instead of text")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    private final Inspectors inspectors;

    InspectCommand(Inspectors inspectors) {
        this.inspectors = inspectors;
    }

    @Override
    public boolean wantsJson() {
        return json;
    }

    @Override
    public Integer call() throws CommandFailure {
        InspectionReport report = inspectors.inspect(file);
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        if (json) {
            out.println(Json.line(report.json()));
        } else {
            report.lines().forEach(out::println);
        }
        return (report.isValid() ? ExitCode.OK : ExitCode.BAD).number();
    }
}
