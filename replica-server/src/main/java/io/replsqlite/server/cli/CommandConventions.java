package io.replsqlite.server.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** What all commands have in common: {@code --help}, the exit codes, and how a failure is told. */
public final class CommandConventions {
    private CommandConventions() {}

    /** Call after the last subcommand was added. */
    public static CommandLine apply(CommandLine commandLine) {
        commandLine.setExecutionExceptionHandler(CommandConventions::report);
        describe(commandLine);
        commandLine.getSubcommands().values().forEach(CommandConventions::describe);
        return commandLine;
    }

    private static void describe(CommandLine commandLine) {
        CommandSpec spec = commandLine.getCommandSpec();
        spec.mixinStandardHelpOptions(true);
        Map<String, String> meanings = new TreeMap<>();
        for (ExitCode code : ExitCode.values()) {
            meanings.put(Integer.toString(code.number()), code.meaning());
        }
        spec.usageMessage().exitCodeList(meanings);
        spec.usageMessage().exitCodeListHeading("%nExit codes:%n");
    }

    /** A failure that a command foresaw is a report; any other is a defect and shows its stack. */
    private static int report(Exception failure, CommandLine commandLine, CommandLine.ParseResult parsed) {
        PrintWriter err = commandLine.getErr();
        if (!(failure instanceof CommandFailure foreseen)) {
            failure.printStackTrace(err);
            return ExitCode.FAILED.number();
        }
        ErrorReport report = foreseen.report();
        if (commandLine.getCommand() instanceof JsonAware command && command.wantsJson()) {
            err.println(Json.line(report.json()));
        } else {
            report.lines().forEach(err::println);
        }
        return ExitCode.FAILED.number();
    }
}
