package io.replsqlite.harness.simulation.disk;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What {@code Files} and {@code FileChannel} ask for, as far as a log and small files need it. */
final class SimulatedProvider extends FileSystemProvider {
    private static SimulatedDisk diskOf(Path path) {
        return ((SimulatedPath) path).files().disk();
    }

    private static Path place(Path path) {
        return path.toAbsolutePath().normalize();
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        SimulatedDisk disk = diskOf(path);
        Path place = place(path);
        Inode found = disk.find(place);
        boolean creates =
                options.contains(StandardOpenOption.CREATE) || options.contains(StandardOpenOption.CREATE_NEW);
        if (found != null && options.contains(StandardOpenOption.CREATE_NEW)) {
            throw new FileAlreadyExistsException(place.toString());
        }
        if (found == null && !creates) {
            throw new NoSuchFileException(place.toString());
        }
        Inode inode = found == null ? disk.createFile(place) : found;
        if (inode instanceof FileInode file && options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
            disk.truncate(file, 0, place);
        }
        return new SimulatedChannel(disk, inode, place);
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        return newFileChannel(path, options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path directory, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        List<Path> accepted = new ArrayList<>();
        for (String name : diskOf(directory).list(place(directory))) {
            Path path = directory.resolve(name);
            if (filter.accept(path)) {
                accepted.add(path);
            }
        }
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return accepted.iterator();
            }

            @Override
            public void close() {
                // Nothing was opened.
            }
        };
    }

    @Override
    public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
        diskOf(path).createDirectory(place(path));
    }

    @Override
    public void delete(Path path) throws IOException {
        diskOf(path).delete(place(path));
    }

    @Override
    public void move(Path from, Path to, CopyOption... options) throws IOException {
        diskOf(from).move(place(from), place(to));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        Inode ignored = diskOf(path).require(place(path));
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        return type.cast(new InodeAttributes(diskOf(path).require(place(path))));
    }

    @Override
    public boolean isSameFile(Path one, Path other) throws IOException {
        return diskOf(one).require(place(one)) == diskOf(other).require(place(other));
    }

    @Override
    public boolean isHidden(Path path) {
        return false;
    }

    @Override
    public String getScheme() {
        return "simulated";
    }

    private static UnsupportedOperationException unsupported() {
        return new UnsupportedOperationException("the simulated disk does not offer this");
    }

    @Override
    public void copy(Path from, Path to, CopyOption... options) {
        throw unsupported();
    }

    @Override
    public FileStore getFileStore(Path path) {
        throw unsupported();
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw unsupported();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        throw unsupported();
    }

    @Override
    public Path getPath(URI uri) {
        throw unsupported();
    }

    @Override
    public <V extends FileAttributeView> @Nullable V getFileAttributeView(
            Path path, Class<V> type, LinkOption... options) {
        return null;
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) {
        throw unsupported();
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
        throw unsupported();
    }
}
