package io.replsqlite.server.pages;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * The checksum of every page of one database, and the position they belong to. The state checksum is kept by exclusive
 * or, so a commit costs as much as the pages it touches, never as much as the database.
 *
 * <p>Changed by one thread (capture on the primary, apply on a follower), copied by any. The lock is held for the time
 * of one copy or one commit's entries; nothing blocks under it.
 */
public final class PageChecksums {
    private final Object lock = new Object();

    @GuardedBy("lock")
    private long[] entries = new long[1024];

    @GuardedBy("lock")
    private int pages;

    @GuardedBy("lock")
    private Position position = Position.START;

    /** Whether the database may show a later state than {@link #position} already. */
    @GuardedBy("lock")
    private boolean committing;

    /** Pages (zero-based) whose entry changed since {@link #drainDirty}. */
    @GuardedBy("lock")
    private BitSet dirty = new BitSet();

    /** The pages that one commit changes, ascending, with their new checksums. */
    public record Changes(int[] pageNumbers, long[] checksums, int count, int databasePages) {}

    /** A consistent copy: the entries of pages 1..n in order, and the position at which they hold. */
    public record Copy(Position position, long[] entries) {}

    /** A run of changed entries for the checksum file, starting at a zero-based index. */
    public record Run(int firstIndex, long[] entries) {}

    public Position position() {
        synchronized (lock) {
            return position;
        }
    }

    public int pages() {
        synchronized (lock) {
            return pages;
        }
    }

    /** The checksum of a page; 0 for the lock page and for pages the database does not have. */
    public long get(int pageNumber) {
        synchronized (lock) {
            return pageNumber <= pages ? entries[pageNumber - 1] : 0;
        }
    }

    /** What the entries would be after these changes, or are if there are none. Changes nothing. */
    public long[] entriesAfter(@Nullable Changes changes) {
        synchronized (lock) {
            if (changes == null) {
                return Arrays.copyOf(entries, pages);
            }
            long[] after = Arrays.copyOf(Arrays.copyOf(entries, pages), changes.databasePages);
            for (int i = 0; i < changes.count; i++) {
                after[changes.pageNumbers[i] - 1] = changes.checksums[i];
            }
            return after;
        }
    }

    /** What the state checksum would be after these changes. Changes nothing. */
    public StateChecksum after(Changes changes) {
        synchronized (lock) {
            long state = position.checksum().bits();
            for (int page = changes.databasePages + 1; page <= pages; page++) {
                state ^= entries[page - 1];
            }
            for (int i = 0; i < changes.count; i++) {
                int page = changes.pageNumbers[i];
                long old = page <= pages ? entries[page - 1] : 0;
                state ^= old ^ changes.checksums[i];
            }
            return new StateChecksum(state | (1L << 63));
        }
    }

    /** The database is about to show a later state: until it is taken over here, the two must not be compared. */
    public void willCommit() {
        synchronized (lock) {
            committing = true;
        }
    }

    /** Whether the database shows the state of {@link #position}, as far as this node's own commits go. */
    public boolean isSettled() {
        synchronized (lock) {
            return !committing;
        }
    }

    /** Takes the changes over; {@code newPosition} must carry what {@link #after} answered. */
    public void commit(Changes changes, Position newPosition) {
        synchronized (lock) {
            resize(changes.databasePages);
            for (int i = 0; i < changes.count; i++) {
                int index = changes.pageNumbers[i] - 1;
                entries[index] = changes.checksums[i];
                dirty.set(index);
            }
            position = newPosition;
            committing = false;
        }
    }

    /** Moves the position where no page changes: a new epoch begins at the same txid. */
    public void moveTo(Position newPosition) {
        synchronized (lock) {
            position = newPosition;
        }
    }

    /** Replaces everything. */
    public void reset(Position newPosition, long[] newEntries) {
        synchronized (lock) {
            entries = Arrays.copyOf(newEntries, Math.max(1024, newEntries.length));
            pages = newEntries.length;
            position = newPosition;
            dirty = new BitSet();
            dirty.set(0, pages);
            committing = false;
        }
    }

    /**
     * For a position whose pages nobody knows any more: entries that give its state checksum and that no page has, so that
     * every page differs from them and a change set of all pages leads on to what is really there.
     */
    public void resetUnknown(Position newPosition) {
        reset(newPosition, new long[] {newPosition.checksum().bits()});
    }

    public Copy copy() {
        synchronized (lock) {
            return new Copy(position, Arrays.copyOf(entries, pages));
        }
    }

    /** The exclusive or over all entries: what the state checksum must be if the entries are right. */
    public StateChecksum recompute() {
        synchronized (lock) {
            return stateOf(entries, pages);
        }
    }

    public static StateChecksum stateOf(long[] entries, int count) {
        long state = 0;
        for (int i = 0; i < count; i++) {
            state ^= entries[i];
        }
        return new StateChecksum(state | (1L << 63));
    }

    /** Hands over the entries changed since the last call, as runs in file order. */
    Iterable<Run> drainDirty() {
        BitSet drained;
        long[] values;
        synchronized (lock) {
            drained = dirty;
            dirty = new BitSet();
            values = drained.isEmpty() ? new long[0] : Arrays.copyOf(entries, drained.length());
        }
        return () -> new DirtyRuns(drained, values);
    }

    /** Marks entries as changed again: their write to the file failed. */
    void markAllDirty() {
        synchronized (lock) {
            dirty.set(0, pages);
        }
    }

    @GuardedBy("lock")
    private void resize(int newPages) {
        if (newPages > entries.length) {
            entries = Arrays.copyOf(entries, Math.max(newPages, entries.length + (entries.length >> 1)));
        }
        if (newPages < pages) {
            Arrays.fill(entries, newPages, pages, 0);
            dirty.set(newPages, pages);
        }
        pages = newPages;
    }
}
