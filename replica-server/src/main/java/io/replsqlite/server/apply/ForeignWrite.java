package io.replsqlite.server.apply;

import java.util.Set;
import java.util.TreeSet;

/**
 * Somebody else has written to the replica file. Until the right pages are committed over it, the replica must not be
 * served.
 */
public sealed interface ForeignWrite {

    /** The size of the database as the foreign writer left it. */
    int databaseSizePages();

    /** The foreign commits are all in the WAL: these are the pages they touched. */
    record Pages(Set<Integer> touched, int databaseSizePages) implements ForeignWrite {
        public Pages {
            touched = Set.copyOf(touched);
        }

        /** The pages to commit again, in order, when the database should have {@code rightSizePages}. */
        public Set<Integer> toRepair(int rightSizePages) {
            Set<Integer> pages = new TreeSet<>(touched);
            pages.removeIf(page -> page > rightSizePages);
            for (int cut = databaseSizePages + 1; cut <= rightSizePages; cut++) {
                pages.add(cut);
            }
            return pages;
        }
    }

    /** The foreign writer's frames were checkpointed away or cannot be told apart: any page may be wrong. */
    record UnknownExtent(int databaseSizePages) implements ForeignWrite {}
}
