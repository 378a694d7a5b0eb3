package io.replsqlite.server.node;

import io.replsqlite.base.Epoch;
import io.replsqlite.server.files.CheckedFile;
import io.replsqlite.server.files.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;

/**
 * What the node itself keeps, in {@code .replsqlite} in its directory: the epoch it has promised, the catalogue of its
 * databases, and the token.
 */
final class NodeFiles {
    private static final int EPOCH_MAGIC = 0x45504f31; // "EPO1"
    private static final int TOKEN_BYTES = 32;
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

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

    /** The cluster's token, made here if neither setting nor file names one. */
    String readOrMakeToken(Path configured) throws IOException {
        return Files.exists(configured) ? readToken(configured) : makeToken(configured);
    }

    private static String readToken(Path file) throws IOException {
        String token = Files.readString(file).strip();
        if (token.length() < TOKEN_BYTES / 2) {
            throw new IOException("The token in " + file + " is shorter than " + TOKEN_BYTES / 2
                    + " characters. Put a long random text there, the same on every node.");
        }
        return token;
    }

    /** Nodes of one host may start together: whoever links the whole file first has made the token of all. */
    private static String makeToken(Path file) throws IOException {
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        String token = HexFormat.of().formatHex(random);
        Path whole = file.resolveSibling(file.getFileName() + "." + UUID.randomUUID() + DurableFiles.TEMPORARY_SUFFIX);
        try {
            writeToken(whole, token);
            Path ignored = Files.createLink(file, whole);
            return token;
        } catch (FileAlreadyExistsException madeByAnother) {
            return readToken(file);
        } finally {
            Files.deleteIfExists(whole);
        }
    }

    Path defaultTokenFile() {
        return directory.resolve("token");
    }

    /** Readable by the owner only, from its first byte on. */
    static void writeToken(Path file, String token) throws IOException {
        Files.deleteIfExists(file);
        Path created = Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        Files.write(created, token.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
    }
}
