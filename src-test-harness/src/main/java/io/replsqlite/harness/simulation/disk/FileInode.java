package io.replsqlite.harness.simulation.disk;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;

/** A file: bytes in the page cache, and the sectors of it that were synced. */
final class FileInode extends Inode {
    private static final int SECTOR_BYTES = 512;

    private byte[] cache = new byte[0];
    private int size;
    private byte[] platter = new byte[0];
    private int platterSize;
    private final BitSet dirty = new BitSet();

    int size() {
        return size;
    }

    int read(ByteBuffer into, long at) {
        if (at >= size) {
            return -1;
        }
        int count = (int) Math.min(into.remaining(), size - at);
        into.put(cache, (int) at, count);
        return count;
    }

    void write(ByteBuffer from, long at) {
        int start = Math.toIntExact(at);
        int end = start + from.remaining();
        if (start > size) {
            resize(start);
        }
        if (end > cache.length) {
            cache = Arrays.copyOf(cache, Math.max(end, cache.length * 2));
        }
        from.get(cache, start, end - start);
        size = Math.max(size, end);
        markDirty(start, end);
    }

    void truncate(long newSize) {
        if (newSize < size) {
            resize(Math.toIntExact(newSize));
        }
    }

    private void resize(int newSize) {
        if (newSize > cache.length) {
            cache = Arrays.copyOf(cache, newSize);
        }
        int from = Math.min(size, newSize);
        int to = Math.max(size, newSize);
        Arrays.fill(cache, from, Math.min(to, cache.length), (byte) 0);
        size = newSize;
        markDirty(from, to);
    }

    private void markDirty(int start, int end) {
        dirty.set(start / SECTOR_BYTES, (end + SECTOR_BYTES - 1) / SECTOR_BYTES);
    }

    void sync() {
        platter = Arrays.copyOf(platter, Math.max(platter.length, size));
        for (int sector = dirty.nextSetBit(0); sector >= 0; sector = dirty.nextSetBit(sector + 1)) {
            store(sector);
        }
        Arrays.fill(platter, size, platter.length, (byte) 0);
        platterSize = size;
        dirty.clear();
    }

    /** As the kernel does it: what could not be written is taken for clean, and a later sync does not try again. */
    void failSync() {
        dirty.clear();
    }

    private void store(int sector) {
        int start = sector * SECTOR_BYTES;
        int end = Math.min(start + SECTOR_BYTES, size);
        if (start >= end) {
            return;
        }
        if (end > platter.length) {
            platter = Arrays.copyOf(platter, end);
        }
        System.arraycopy(cache, start, platter, start, end - start);
    }

    @Override
    void crash(Random random) {
        boolean sizeReached = size != platterSize && random.nextBoolean();
        int newSize = sizeReached ? size : platterSize;
        for (int sector = dirty.nextSetBit(0); sector >= 0; sector = dirty.nextSetBit(sector + 1)) {
            if (random.nextBoolean()) {
                store(sector);
            }
        }
        adopt(Arrays.copyOf(platter, newSize));
    }

    private void adopt(byte[] content) {
        cache = content;
        size = content.length;
        platter = content.clone();
        platterSize = size;
        dirty.clear();
    }

    @Override
    FileInode survivor() {
        FileInode survivor = new FileInode();
        survivor.adopt(Arrays.copyOf(platter, platterSize));
        return survivor;
    }
}
