package io.replsqlite.harness.bench;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Programs of other projects that may be installed. */
final class PeerProgram {
    private PeerProgram() {}

    /** @param directories as in {@code PATH} */
    static Optional<Path> find(String name, String directories) {
        for (String directory : directories.split(File.pathSeparator)) {
            Path candidate = Path.of(directory, name);
            if (!directory.isEmpty() && Files.isExecutable(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    static Optional<Path> onPath(String name) {
        return find(name, System.getenv().getOrDefault("PATH", ""));
    }
}
