package io.replsqlite.server.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/** The node's command line: finds the command, runs it, ends with its exit code. */
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

    /** The command line as it is parsed; nothing runs. */
    public static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Main());
        commandLine.addSubcommand(ServeCommand.commandLine());
        commandLine.addSubcommand(new StatusCommand());
        commandLine.addSubcommand(new HandoffCommand());
        commandLine.addSubcommand(new SqlCommand());
        commandLine.addSubcommand(new CreateCommand());
        commandLine.addSubcommand(new ImportCommand());
        commandLine.addSubcommand(new DropCommand());
        commandLine.addSubcommand(new VerifyCommand());
        commandLine.addSubcommand(new RestoreCommand());
        CommandLine backups = new CommandLine(new BackupCommand());
        backups.addSubcommand(new BackupCommand.BackupStatusCommand());
        commandLine.addSubcommand(CommandConventions.apply(backups));
        commandLine.addSubcommand(new RebirthCommand());
        CommandLine drills = new CommandLine(new DrillCommand());
        drills.addSubcommand(new DrillCommand.RestoreDrillCommand());
        commandLine.addSubcommand(CommandConventions.apply(drills));
        commandLine.addSubcommand(new EvidenceCommand());
        commandLine.addSubcommand(new RescuedCommand());
        commandLine.addSubcommand(new InspectCommand(new Inspectors(Inspectors.ALL)));
        return CommandConventions.apply(commandLine);
    }

    /** No command at all is a question about the commands. */
    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
