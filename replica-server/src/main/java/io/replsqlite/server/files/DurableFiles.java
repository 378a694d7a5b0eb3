package io.replsqlite.server.files;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.replsqlite.base.FailurePoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Steps after which a file is what it should be even if the power fails. */
public final class DurableFiles {
    public static final String TEMPORARY_SUFFIX = ".tmp";

    private DurableFiles() {}

    /** After a crash at any point the file holds its old content or the new one, never a mixture. */
    public static void replace(Path file, byte[] content) throws IOException {
        Path temporary = temporaryFor(file);
        try {
            writeSynced(temporary, content);
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            deleteQuietly(temporary, failure);
            throw failure;
        }
        FailurePoint.METADATA_RENAMED.reached();
        syncDirectory(parentOf(file));
    }

    private static void writeSynced(Path file, byte[] content) throws IOException {
        try (FileChannel channel = FileChannel.open(file, CREATE, TRUNCATE_EXISTING, WRITE)) {
            writeFully(channel, ByteBuffer.wrap(content), 0);
            FailurePoint.METADATA_WRITTEN.reached();
            force(channel, true, file);
        }
    }

    private static void deleteQuietly(Path file, IOException failure) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException second) {
            failure.addSuppressed(second);
        }
    }

    public static Path temporaryFor(Path file) {
        return file.resolveSibling(file.getFileName() + TEMPORARY_SUFFIX);
    }

    /** Makes the creations, renames and deletions in a directory durable. */
    public static void syncDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, READ)) {
            force(channel, true, directory);
        }
    }

    /**
     * @param metadata false for fdatasync, which still writes a changed file size
     * @throws FsyncFailedException if it fails, whatever the reason
     */
    public static void force(FileChannel channel, boolean metadata, Path file) throws FsyncFailedException {
        try {
            channel.force(metadata);
        } catch (IOException failure) {
            throw new FsyncFailedException(file.toString(), failure);
        }
    }

    /** Writes all remaining bytes at a place, however many calls it takes. */
    public static void writeFully(FileChannel channel, ByteBuffer bytes, long at) throws IOException {
        long position = at;
        while (bytes.hasRemaining()) {
            position += channel.write(bytes, position);
        }
    }

    /** Fills the buffer from a place, or as far as the file goes; returns whether it was filled. */
    public static boolean readFully(FileChannel channel, ByteBuffer into, long at) throws IOException {
        long position = at;
        while (into.hasRemaining()) {
            int count = channel.read(into, position);
            if (count < 0) {
                return false;
            }
            position += count;
        }
        return true;
    }

    /** Creates a directory with its parents and makes each new entry durable. */
    public static void createDirectories(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = parentOf(directory);
        createDirectories(parent);
        try {
            Files.createDirectory(directory);
        } catch (FileAlreadyExistsException present) {
            requireDirectory(directory, present); // another thread was faster
        }
        syncDirectory(parent);
    }

    private static void requireDirectory(Path path, IOException otherwise) throws IOException {
        if (!Files.isDirectory(path)) {
            throw otherwise;
        }
    }

    /** Renames within one file system; durable in both directories. */
    public static void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        syncDirectory(parentOf(to));
        syncDirectory(parentOf(from));
    }

    public static void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
        syncDirectory(parentOf(file));
    }

    /** Deletes a directory with all it holds; one that does not exist is fine. */
    public static void deleteTree(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> tree = Files.walk(directory)) {
            deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
        syncDirectory(parentOf(directory));
    }

    /**
     * Tries whether a directory's disk takes so many bytes durably, and gives them back.
     *
     * @throws IOException if it does not
     */
    public static void requireRoom(Path directory, int bytes) throws IOException {
        Path trial = directory.resolve("room" + TEMPORARY_SUFFIX);
        try (FileChannel channel = FileChannel.open(trial, CREATE, TRUNCATE_EXISTING, WRITE)) {
            writeFully(channel, ByteBuffer.allocate(bytes), 0);
            force(channel, true, trial);
        } finally {
            Files.deleteIfExists(trial);
        }
    }

    public static Path parentOf(Path path) {
        Path parent = path.toAbsolutePath().getParent();
        if (parent == null) {
            throw new IllegalArgumentException("the root directory has no parent");
        }
        return parent;
    }
}
