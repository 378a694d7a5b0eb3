package io.replsqlite.harness.simulation.disk;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A directory: its entries, and the changes of them that a crash can take back, newest first. */
final class DirectoryInode extends Inode {
    private TreeMap<String, Inode> entries = new TreeMap<>();
    private TreeMap<String, Inode> platter = new TreeMap<>();
    private final List<Change> unsynced = new ArrayList<>();

    /** One step of the file system's journal: a name that goes, a name that comes, or both. */
    private record Change(
            @Nullable String gone,
            @Nullable String come,
            @Nullable Inode inode) {
        void applyTo(Map<String, Inode> directory) {
            if (gone != null) {
                directory.remove(gone);
            }
            if (come != null && inode != null) {
                directory.put(come, inode);
            }
        }
    }

    @Nullable
    Inode get(String name) {
        return entries.get(name);
    }

    List<String> names() {
        return List.copyOf(entries.keySet());
    }

    void put(String name, Inode inode) {
        change(new Change(null, name, inode));
    }

    void remove(String name) {
        change(new Change(name, null, null));
    }

    void rename(String from, String to, Inode inode) {
        change(new Change(from, to, inode));
    }

    private void change(Change change) {
        change.applyTo(entries);
        unsynced.add(change);
    }

    void sync() {
        platter = new TreeMap<>(entries);
        unsynced.clear();
    }

    @Override
    void crash(Random random) {
        int kept = unsynced.isEmpty() ? 0 : random.nextInt(unsynced.size() + 1);
        unsynced.subList(0, kept).forEach(change -> change.applyTo(platter));
        unsynced.clear();
        entries = new TreeMap<>(platter);
        entries.values().forEach(inode -> inode.crash(random));
    }

    @Override
    DirectoryInode survivor() {
        DirectoryInode survivor = new DirectoryInode();
        platter.forEach((name, inode) -> survivor.put(name, inode.survivor()));
        survivor.sync();
        return survivor;
    }
}
