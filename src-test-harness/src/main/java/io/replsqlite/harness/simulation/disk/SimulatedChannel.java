package io.replsqlite.harness.simulation.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;

/** An open file, or an open directory, which can only be forced. */
final class SimulatedChannel extends FileChannel {
    private final SimulatedDisk disk;
    private final Inode inode;
    private final Path path;
    private long position;

    SimulatedChannel(SimulatedDisk disk, Inode inode, Path path) {
        this.disk = disk;
        this.inode = inode;
        this.path = path;
    }

    private FileInode file() throws IOException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
        if (inode instanceof FileInode file) {
            return file;
        }
        throw new IOException("Is a directory: " + path);
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
        int count = read(into, position);
        position += Math.max(0, count);
        return count;
    }

    @Override
    public int read(ByteBuffer into, long at) throws IOException {
        return disk.read(file(), into, at, path);
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) throws IOException {
        return read(into[offset]);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
        int count = write(from, position);
        position += count;
        return count;
    }

    @Override
    public int write(ByteBuffer from, long at) throws IOException {
        return disk.write(file(), from, at, path);
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
        return write(from[offset]);
    }

    @Override
    public long position() {
        return position;
    }

    @Override
    public FileChannel position(long newPosition) {
        position = newPosition;
        return this;
    }

    @Override
    public long size() throws IOException {
        return file().size();
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        disk.truncate(file(), size, path);
        position = Math.min(position, size);
        return this;
    }

    @Override
    public void force(boolean metadata) throws IOException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
        disk.force(inode, path);
    }

    @Override
    public long transferTo(long at, long count, WritableByteChannel target) {
        throw unsupported();
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long at, long count) {
        throw unsupported();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long at, long size) {
        throw unsupported();
    }

    @Override
    public FileLock lock(long at, long size, boolean shared) {
        throw unsupported();
    }

    @Override
    public FileLock tryLock(long at, long size, boolean shared) {
        throw unsupported();
    }

    private static UnsupportedOperationException unsupported() {
        return new UnsupportedOperationException("the simulated disk does not offer this");
    }

    @Override
    protected void implCloseChannel() {
        // The inode stays; a closed channel refuses by itself.
    }
}
