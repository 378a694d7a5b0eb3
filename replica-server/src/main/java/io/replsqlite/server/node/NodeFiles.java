package io.replsqlite.server.node;

import io.replsqlite.base.Epoch;
import io.replsqlite.server.files.CheckedFile;
import io.replsqlite.server.files.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the node itself keeps, in {@code .replsqlite} in its directory: the epoch it has promised, the catalogue of its
 * databases, and the token.
 */
final class NodeFiles {
    private static final int EPOCH_MAGIC = 0x45504f31; // "EPO1"

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

    Epoch readEpoch() throws IOException {
        Path file = directory.resolve("epoch");
        if (!Files.exists(file)) {
            return Epoch.NONE;
        }
        return new Epoch(ByteBuffer.wrap(CheckedFile.read(file, EPOCH_MAGIC)).getLong());
    }

    /** Durable when this returns. */
    void writeEpoch(Epoch epoch) throws IOException {
        byte[] payload = ByteBuffer.allocate(Long.BYTES).putLong(epoch.value()).array();
        CheckedFile.write(directory.resolve("epoch"), EPOCH_MAGIC, payload);
    }

    Path defaultTokenFile() {
        return directory.resolve("token");
    }
}
