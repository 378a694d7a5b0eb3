package io.replsqlite.server.cli;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.server.config.InvalidSettingException;
import io.replsqlite.server.config.NodeSetting;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.node.ReplicaNode;
import java.io.IOException;
import java.io.Reader;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs one node until it is told to stop. Prints one JSON line when the node has its role. */
@Command(name = "serve", description = "Runs one node until SIGTERM or Ctrl-C. Prints one JSON line when it is ready.")
final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = System.getLogger(ServeCommand.class.getName());
    private static final Duration ROLE_WAIT = Duration.ofSeconds(60);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--config", paramLabel = "FILE", description = "Properties file with the settings below.")
    private @Nullable Path config;

    /** The command with one option per setting of {@link NodeSetting}. */
    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new ServeCommand());
        for (NodeSetting setting : NodeSetting.values()) {
            commandLine
                    .getCommandSpec()
                    .addOption(OptionSpec.builder("--" + setting.key())
                            .type(String.class)
                            .paramLabel(setting.unit().replace(' ', '-'))
                            .description(setting.documentation() + " Default: "
                                    + (setting.defaultValue().isEmpty() ? "none" : setting.defaultValue()) + ".")
                            .build());
        }
        return commandLine;
    }

    @Override
    public Integer call() throws CommandFailure, InterruptedException {
        NodeSettings settings = settings();
        CountDownLatch stopped = new CountDownLatch(1);
        try {
            ReplicaNode node = ReplicaNode.start(settings, MonotonicClock.SYSTEM);
            Runtime.getRuntime().addShutdownHook(NamedThreads.single("shutdown", () -> stop(node, stopped)));
            if (!node.awaitRole(ROLE_WAIT)) {
                LOG.log(Level.WARNING, "no word of the lease within {0}; the node goes on waiting", ROLE_WAIT);
            }
            Optional<String> failure = node.failure();
            if (failure.isPresent()) {
                throw new IOException(failure.get());
            }
            spec.commandLine().getOut().println(Json.line(ready(node, settings)));
            spec.commandLine().getOut().flush();
            stopped.await();
            return ExitCode.OK.number();
        } catch (IOException failure) {
            throw new CommandFailure(
                    new ErrorReport(
                            "the node cannot start",
                            String.valueOf(failure.getMessage()),
                            "correct what is named above and start it again; nothing was changed"),
                    failure);
        }
    }

    private static void stop(ReplicaNode node, CountDownLatch stopped) {
        try {
            node.close();
        } catch (IOException | RuntimeException failure) {
            LOG.log(Level.WARNING, "the node did not stop in good order", failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } finally {
            stopped.countDown();
        }
    }

    private static Map<String, Object> ready(ReplicaNode node, NodeSettings settings) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("node", node.name());
        line.put("dir", settings.directory().toString());
        line.put("url", node.url().toString());
        line.put("role", node.isPrimary() ? "primary" : node.role().name().toLowerCase(Locale.ROOT));
        line.put("pid", ProcessHandle.current().pid());
        return line;
    }

    private NodeSettings settings() throws CommandFailure {
        Map<String, String> given = new HashMap<>();
        readFile(given);
        for (NodeSetting setting : NodeSetting.values()) {
            String environment = System.getenv(setting.environmentVariable());
            if (environment != null) {
                given.put(setting.key(), environment);
            }
            String flag = spec.commandLine().getParseResult().matchedOptionValue("--" + setting.key(), null);
            if (flag != null) {
                given.put(setting.key(), flag);
            }
        }
        try {
            return NodeSettings.of(given);
        } catch (InvalidSettingException invalid) {
            throw new CommandFailure(
                    new ErrorReport(
                            "a setting is not valid",
                            String.valueOf(invalid.getMessage()),
                            "correct it; 'serve --help' lists every setting"),
                    invalid);
        }
    }

    private void readFile(Map<String, String> given) throws CommandFailure {
        Path file = config;
        if (file == null) {
            return;
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException unreadable) {
            throw new CommandFailure(
                    new ErrorReport(
                            "the settings file " + file + " cannot be read",
                            String.valueOf(unreadable),
                            "check the path given with --config"),
                    unreadable);
        }
        properties.stringPropertyNames().forEach(key -> given.put(key, properties.getProperty(key)));
    }
}
