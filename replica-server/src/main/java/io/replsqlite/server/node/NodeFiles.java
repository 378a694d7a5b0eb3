package io.replsqlite.server.node;

import io.replsqlite.server.files.DurableFiles;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What the node itself keeps, in {@code .replsqlite} in its directory: the epoch it has promised, the catalogue of its
 * databases, the other nodes that it knows, and the token.
 */
final class NodeFiles {
    private final Path directory;

    NodeFiles(Path nodeDirectory) throws IOException {
        this.directory = directoryIn(nodeDirectory);
        DurableFiles.createDirectories(directory);
    }

    static Path directoryIn(Path nodeDirectory) {
        return nodeDirectory.resolve(".replsqlite");
    }

    Path catalogueFile() {
        return directory.resolve("catalogue.json");
    }

    /** Where the files of dropped databases go. */
    Path droppedDirectory() {
        return directory.resolve("dropped");
    }

    /** The highest epoch that this node has promised, and to whom. */
    PromiseFile promiseFile() {
        return new PromiseFile(directory.resolve("epoch"));
    }

    /** The other nodes as they were last known. */
    Path membersFile() {
        return directory.resolve("members.json");
    }

    Path historyFile() {
        return directory.resolve("lease-history.jsonl");
    }

    Path defaultTokenFile() {
        return directory.resolve("token");
    }
}
