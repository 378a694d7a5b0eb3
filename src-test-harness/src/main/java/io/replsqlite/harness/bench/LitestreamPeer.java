package io.replsqlite.harness.bench;

import io.replsqlite.harness.cluster.MeasuredProcess;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Litestream, where it is installed: the same database goes to the same kind of store and comes back, with its own
 * commands and defaults.
 */
final class LitestreamPeer {
    private final Path binary;

    private LitestreamPeer(Path binary) {
        this.binary = binary;
    }

    static Optional<LitestreamPeer> onPath() {
        String path = System.getenv().getOrDefault("PATH", "");
        for (String directory : path.split(File.pathSeparator)) {
            Path candidate = Path.of(directory, "litestream");
            if (Files.isExecutable(candidate)) {
                return Optional.of(new LitestreamPeer(candidate));
            }
        }
        return Optional.empty();
    }

    /** Copies a database to a store that holds nothing there yet. */
    void replicate(Path database, String url, Map<String, String> environment)
            throws IOException, InterruptedException {
        MeasuredProcess ignored = run(List.of("replicate", "-once", database.toString(), url), environment);
    }

    /** @param check {@code full} for SQLite's integrity_check; {@code none}, its default, checks nothing of the database */
    MeasuredProcess restore(String url, Path target, String check, Map<String, String> environment)
            throws IOException, InterruptedException {
        return run(List.of("restore", "-integrity-check", check, "-o", target.toString(), url), environment);
    }

    private MeasuredProcess run(List<String> arguments, Map<String, String> environment)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(binary.toString()));
        command.addAll(arguments);
        return MeasuredProcess.run(command, environment);
    }
}
