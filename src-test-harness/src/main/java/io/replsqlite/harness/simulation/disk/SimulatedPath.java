package io.replsqlite.harness.simulation.disk;

import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import org.jspecify.annotations.Nullable;

/** A name on a simulated disk: a plain one that knows where it belongs. */
record SimulatedPath(SimulatedFileSystem files, Path plain) implements Path {
    static Path plain(Path path) {
        return path instanceof SimulatedPath simulated ? simulated.plain : path;
    }

    private Path with(Path other) {
        return new SimulatedPath(files, other);
    }

    private @Nullable Path withOrNull(@Nullable Path other) {
        return other == null ? null : with(other);
    }

    @Override
    public FileSystem getFileSystem() {
        return files;
    }

    @Override
    public boolean isAbsolute() {
        return plain.isAbsolute();
    }

    @Override
    public @Nullable Path getRoot() {
        return withOrNull(plain.getRoot());
    }

    @Override
    public @Nullable Path getFileName() {
        return withOrNull(plain.getFileName());
    }

    @Override
    public @Nullable Path getParent() {
        return withOrNull(plain.getParent());
    }

    @Override
    public int getNameCount() {
        return plain.getNameCount();
    }

    @Override
    public Path getName(int index) {
        return with(plain.getName(index));
    }

    @Override
    public Path subpath(int from, int to) {
        return with(plain.subpath(from, to));
    }

    @Override
    public boolean startsWith(Path other) {
        return plain.startsWith(plain(other));
    }

    @Override
    public boolean endsWith(Path other) {
        return plain.endsWith(plain(other));
    }

    @Override
    public Path normalize() {
        return with(plain.normalize());
    }

    @Override
    public Path resolve(Path other) {
        return with(plain.resolve(plain(other)));
    }

    @Override
    public Path relativize(Path other) {
        return with(plain.relativize(plain(other)));
    }

    @Override
    public URI toUri() {
        return URI.create("simulated:" + plain);
    }

    /** Every name here begins at the root. */
    @Override
    public Path toAbsolutePath() {
        return plain.isAbsolute() ? this : with(Path.of("/").resolve(plain));
    }

    @Override
    public Path toRealPath(LinkOption... options) {
        return toAbsolutePath().normalize();
    }

    @Override
    public WatchKey register(WatchService watcher, WatchEvent.Kind<?>[] events, WatchEvent.Modifier... modifiers) {
        throw new UnsupportedOperationException("nothing is watched");
    }

    @Override
    public int compareTo(Path other) {
        return plain.compareTo(plain(other));
    }

    @Override
    public String toString() {
        return plain.toString();
    }
}
