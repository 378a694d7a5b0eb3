package io.replsqlite.server.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/** The node's command line: finds the command, runs it, reports its failure, ends with its exit code. */
@Command(
        name = "replsqlite",
        description = "SQLite for JVM services that run as more than one instance.",
        synopsisSubcommandLabel = "COMMAND")
public final class Main implements Runnable {
    @CommandLine.Spec
    private CommandSpec spec = CommandSpec.create();

    private Main() {}

    public static void main(String[] arguments) {
        LogSetup.apply();
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.addSubcommand(new InspectCommand(new Inspectors(Inspectors.ALL)));
        commandLine.addSubcommand(ServeCommand.commandLine());
        commandLine.setExecutionExceptionHandler(Main::report);
        describe(commandLine);
        commandLine.getSubcommands().values().forEach(Main::describe);
        return commandLine;
    }

    /** No command at all is a question about the commands. */
    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
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
