package io.replsqlite.harness;

import io.replsqlite.harness.bench.BenchCommand;
import io.replsqlite.harness.simulation.SimulateCommand;
import io.replsqlite.harness.torture.TortureCommand;
import io.replsqlite.server.cli.CommandConventions;
import io.replsqlite.server.cli.LogSetup;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;

/** The harness's command line. */
@Command(
        name = "replsqlite",
        description = "Clusters of replsqlite nodes on this machine.",
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
        commandLine.addSubcommand(new DemoCommand());
        commandLine.addSubcommand(new ClusterCommand());
        commandLine.addSubcommand(new BenchCommand());
        commandLine.addSubcommand(new SimulateCommand());
        commandLine.addSubcommand(new TortureCommand());
        CommandLine drills = new CommandLine(new PromoteCommand.Drills());
        drills.addSubcommand(new PromoteCommand());
        commandLine.addSubcommand(CommandConventions.apply(drills));
        return CommandConventions.apply(commandLine);
    }

    /** No command at all is a question about the commands. */
    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
