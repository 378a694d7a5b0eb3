package io.replsqlite.server.node;

import io.replsqlite.base.Epoch;
import io.replsqlite.server.files.CheckedFile;
import io.replsqlite.server.files.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the node itself keeps, in {@code .replsqlite} in its directory: the epoch it has promised, the catalogue of its
 * databases, the other nodes that it knows, and the token.
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

    /** Epoch u64, then the name of the node it was promised to in UTF-8; older files end after the epoch. */
    EpochPromises.Promise readPromise() throws IOException {
        Path file = directory.resolve("epoch");
        if (!Files.exists(file)) {
            return EpochPromises.Promise.NONE;
        }
        ByteBuffer payload = ByteBuffer.wrap(CheckedFile.read(file, EPOCH_MAGIC));
        Epoch epoch = new Epoch(payload.getLong());
        return new EpochPromises.Promise(
                epoch, StandardCharsets.UTF_8.decode(payload).toString());
    }

    /** Durable when this returns. */
    void writePromise(EpochPromises.Promise promise) throws IOException {
        byte[] name = promise.nodeName().getBytes(StandardCharsets.UTF_8);
        byte[] payload = ByteBuffer.allocate(Long.BYTES + name.length)
                .putLong(promise.epoch().value())
                .put(name)
                .array();
        CheckedFile.write(directory.resolve("epoch"), EPOCH_MAGIC, payload);
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
