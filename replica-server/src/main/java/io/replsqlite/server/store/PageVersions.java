package io.replsqlite.server.store;

import java.util.HashSet;
import java.util.Set;

/**
 * Which contents pages have had since the last checkpoint, by checksum. With it recovery tells a database file that is
 * behind its log (every page has a content it once had) from one that somebody else has changed.
 */
final class PageVersions {
    private static final long SPREAD = 0x9E3779B97F4A7C15L;

    private final Set<Long> seen = new HashSet<>();

    void add(int pageNumber, long checksum) {
        boolean ignored = seen.add(key(pageNumber, checksum));
    }

    boolean contains(int pageNumber, long checksum) {
        return seen.contains(key(pageNumber, checksum));
    }

    private static long key(int pageNumber, long checksum) {
        return checksum ^ (pageNumber * SPREAD);
    }
}
