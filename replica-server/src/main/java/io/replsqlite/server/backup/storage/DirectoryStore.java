package io.replsqlite.server.backup.storage;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import io.replsqlite.server.files.DurableFiles;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A directory as an object store. A file is written under a temporary name and synced; a hard link gives it its name
 * where it must be new, a rename where it may replace. Its time is the commit's, as Litestream has it.
 */
final class DirectoryStore implements ObjectStore {
    private static final int BUFFER_BYTES = 1 << 20;

    private final Path root;

    DirectoryStore(Path root) {
        this.root = root;
    }

    @Override
    public boolean putIfAbsent(String key, byte[] content, long timestampMillis) throws IOException {
        Path target = root.resolve(key);
        Path temporary = write(target, timestampMillis, out -> out.write(content));
        try {
            Files.createLink(target, temporary);
        } catch (FileAlreadyExistsException present) {
            return false;
        } finally {
            Files.deleteIfExists(temporary);
        }
        DurableFiles.syncDirectory(DurableFiles.parentOf(target));
        return true;
    }

    @Override
    public long putStream(String key, long timestampMillis, Content content) throws IOException {
        Path target = root.resolve(key);
        Path temporary = write(target, timestampMillis, content);
        long size = Files.size(temporary);
        Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.syncDirectory(DurableFiles.parentOf(target));
        return size;
    }

    /** Answers a synced file that nobody else knows. */
    private static Path write(Path target, long timestampMillis, Content content) throws IOException {
        Path directory = DurableFiles.parentOf(target);
        DurableFiles.createDirectories(directory);
        Path temporary = directory.resolve(UUID.randomUUID() + DurableFiles.TEMPORARY_SUFFIX);
        boolean complete = false;
        try (FileChannel channel = FileChannel.open(temporary, CREATE_NEW, WRITE)) {
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), BUFFER_BYTES);
            content.writeTo(out);
            out.flush();
            Files.setLastModifiedTime(temporary, FileTime.fromMillis(timestampMillis));
            DurableFiles.force(channel, true, temporary);
            complete = true;
            return temporary;
        } finally {
            if (!complete) {
                Files.deleteIfExists(temporary);
            }
        }
    }

    @Override
    public byte[] read(String key, long offset, int length) throws IOException {
        try (FileChannel channel = FileChannel.open(root.resolve(key))) {
            ByteBuffer bytes = ByteBuffer.allocate(length);
            if (!DurableFiles.readFully(channel, bytes, offset)) {
                throw new IOException(root.resolve(key) + " ends before offset " + (offset + length));
            }
            return bytes.array();
        } catch (NoSuchFileException absent) {
            throw notFound(key, absent);
        }
    }

    @Override
    public byte[] readAll(String key) throws IOException {
        try {
            return Files.readAllBytes(root.resolve(key));
        } catch (NoSuchFileException absent) {
            throw notFound(key, absent);
        }
    }

    private StorageException notFound(String key, IOException cause) {
        return new StorageException(StorageException.Kind.NOT_FOUND, "there is no " + root.resolve(key), cause);
    }

    @Override
    public List<StoredObject> list(String prefix) throws IOException {
        Path directory = root.resolve(prefix);
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        List<StoredObject> objects = new ArrayList<>();
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                if (!entry.toString().endsWith(DurableFiles.TEMPORARY_SUFFIX)) {
                    add(prefix, entry, objects);
                }
            }
        }
        objects.sort(Comparator.comparing(StoredObject::key));
        return objects;
    }

    private static void add(String prefix, Path entry, List<StoredObject> objects) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(entry, BasicFileAttributes.class);
            if (attributes.isRegularFile()) {
                objects.add(new StoredObject(
                        prefix + entry.getFileName(),
                        attributes.size(),
                        attributes.lastModifiedTime().toMillis()));
            }
        } catch (NoSuchFileException deletedMeanwhile) {
            return;
        }
    }

    @Override
    public List<String> directories() throws IOException {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(root)) {
            return entries.filter(Files::isDirectory)
                    .map(entry -> entry.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    @Override
    public void delete(String key) throws IOException {
        Files.deleteIfExists(root.resolve(key));
    }

    @Override
    public boolean excludesOtherWriters() {
        return true;
    }

    @Override
    public void close() {
        // holds nothing
    }

    @Override
    public String toString() {
        return "file://" + root;
    }
}
