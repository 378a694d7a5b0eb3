package io.replsqlite.harness.simulation.disk;

import io.replsqlite.harness.simulation.schedule.Machine;
import io.replsqlite.harness.simulation.schedule.Scheduler;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One machine's disk, through all its crashes. Each operation is a place where the machine can lose its power. */
public final class SimulatedDisk {
    private final Scheduler scheduler;
    private final Random random;
    private final DiskFaults faults;
    private final SimulatedFileSystem files = new SimulatedFileSystem(this);
    private final DirectoryInode root;
    private @Nullable Machine machine;
    private boolean observed;

    public SimulatedDisk(Scheduler scheduler, Random random, DiskFaults faults) {
        this(scheduler, random, faults, new DirectoryInode());
    }

    private SimulatedDisk(Scheduler scheduler, Random random, DiskFaults faults, DirectoryInode root) {
        this.scheduler = scheduler;
        this.random = random;
        this.faults = faults;
        this.root = root;
    }

    /** From now on it is this machine's. */
    public void mount(Machine next) {
        machine = next;
    }

    public Path path(String text) {
        return files.getPath(text);
    }

    public DiskFaults faults() {
        return faults;
    }

    /** After the crash of its machine. */
    public void crash() {
        root.crash(random);
    }

    /** What would be left if the power failed now and every unsynced change were lost. */
    public SimulatedDisk survivor() {
        return new SimulatedDisk(scheduler, random, DiskFaults.none(), root.survivor());
    }

    /** Reads without faults, and without being seen. */
    public <T> T observe(Observation<T> observation) {
        boolean before = observed;
        observed = true;
        try {
            return observation.make();
        } catch (IOException impossible) {
            throw new IllegalStateException("the observer could not read", impossible);
        } finally {
            observed = before;
        }
    }

    /** A look at the disk. */
    @FunctionalInterface
    public interface Observation<T> {
        T make() throws IOException;
    }

    // ---- what channels and the provider call
    // -------------------------------------------------------------------------

    private void before(Path path, boolean changes) throws IOException {
        Machine on = machine;
        if (observed || on == null) {
            return;
        }
        scheduler.dieIfDown();
        if (changes && faults.losesPower(random)) {
            scheduler.note(on.name() + " at " + path);
            scheduler.crash(on);
            scheduler.dieIfDown();
        }
        if (faults.lets(path, random)) {
            scheduler.yieldNow();
        }
    }

    int read(FileInode file, ByteBuffer into, long at, Path path) throws IOException {
        before(path, false);
        return file.read(into, at);
    }

    int write(FileInode file, ByteBuffer from, long at, Path path) throws IOException {
        before(path, true);
        if (faults.isFull()) {
            int fits = from.remaining() > 1 && random.nextBoolean() ? random.nextInt(from.remaining()) : 0;
            file.write(from.slice(from.position(), fits), at);
            throw new IOException("No space left on device (simulated): " + path);
        }
        int count = from.remaining();
        file.write(from, at);
        return count;
    }

    void truncate(FileInode file, long size, Path path) throws IOException {
        before(path, true);
        file.truncate(size);
    }

    void force(Inode inode, Path path) throws IOException {
        before(path, true);
        if (faults.ignoresSync(path)) {
            return;
        }
        if (inode instanceof FileInode file) {
            if (faults.failsSync(random)) {
                file.failSync();
                throw new IOException("Input/output error (simulated): " + path);
            }
            file.sync();
        } else {
            ((DirectoryInode) inode).sync();
        }
        before(path, true); // synced, and nobody was told
    }

    @Nullable
    Inode find(Path path) {
        Inode at = root;
        for (Path name : path) {
            if (!(at instanceof DirectoryInode directory)) {
                return null;
            }
            Inode next = directory.get(name.toString());
            if (next == null) {
                return null;
            }
            at = next;
        }
        return at;
    }

    Inode require(Path path) throws NoSuchFileException {
        Inode found = find(path);
        if (found == null) {
            throw new NoSuchFileException(path.toString());
        }
        return found;
    }

    private DirectoryInode parent(Path path) throws IOException {
        Path parent = path.getParent();
        if (parent == null || !(require(parent) instanceof DirectoryInode directory)) {
            throw new NoSuchFileException(path.toString());
        }
        return directory;
    }

    private static String nameOf(Path path) {
        return String.valueOf(path.getFileName());
    }

    FileInode createFile(Path path) throws IOException {
        before(path, true);
        if (faults.isFull()) {
            throw new IOException("No space left on device (simulated): " + path);
        }
        FileInode file = new FileInode();
        parent(path).put(nameOf(path), file);
        return file;
    }

    void createDirectory(Path path) throws IOException {
        before(path, true);
        if (find(path) != null) {
            throw new FileAlreadyExistsException(path.toString());
        }
        parent(path).put(nameOf(path), new DirectoryInode());
    }

    void delete(Path path) throws IOException {
        before(path, true);
        if (require(path) instanceof DirectoryInode directory
                && !directory.names().isEmpty()) {
            throw new DirectoryNotEmptyException(path.toString());
        }
        parent(path).remove(nameOf(path));
    }

    /** A crash leaves the old name or the new one. Between two directories it is durable at once. */
    void move(Path from, Path to) throws IOException {
        before(from, true);
        Inode moved = require(from);
        DirectoryInode source = parent(from);
        DirectoryInode target = parent(to);
        if (source == target) {
            source.rename(nameOf(from), nameOf(to), moved);
            return;
        }
        target.put(nameOf(to), moved);
        source.remove(nameOf(from));
        target.sync();
        source.sync();
    }

    List<String> list(Path path) throws IOException {
        before(path, false);
        if (!(require(path) instanceof DirectoryInode directory)) {
            throw new IOException(path + " is no directory");
        }
        return directory.names();
    }
}
