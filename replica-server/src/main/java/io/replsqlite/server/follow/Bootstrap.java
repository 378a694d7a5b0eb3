package io.replsqlite.server.follow;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.server.apply.DatabaseFileBuilder;
import io.replsqlite.server.store.DatabaseFounding;
import io.replsqlite.server.store.DatabasePaths;
import io.replsqlite.server.store.StoreSettings;
import io.replsqlite.server.stream.ResyncRequest;
import io.replsqlite.server.stream.SnapshotEnds;
import io.replsqlite.server.stream.StreamFormatException;
import io.replsqlite.server.wal.WalMark;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The first copy of a database on this node: all pages into a file beside, verified, then put in place. The database's
 * file appears last, so that without it everything else of an interrupted attempt is known to be rubbish.
 */
final class Bootstrap implements ReceivedPages, AutoCloseable {
    private final DatabasePaths paths;
    private final UUID databaseId;
    private @Nullable DatabaseFileBuilder builder;
    private long[] checksums = new long[0];
    private int pageSize;

    private Bootstrap(DatabasePaths paths, UUID databaseId) {
        this.paths = paths;
        this.databaseId = databaseId;
    }

    static void run(
            DatabasePaths paths, UUID databaseId, ResyncClient client, StoreSettings settings, MonotonicClock clock)
            throws IOException {
        try (Bootstrap bootstrap = new Bootstrap(paths, databaseId)) {
            SnapshotEnds.End end = client.fetch(new ResyncRequest(databaseId, new long[0]), bootstrap);
            bootstrap.install(end, settings, clock);
        }
    }

    @Override
    public void begin(int newPageSize, int databasePages) throws IOException {
        pageSize = newPageSize;
        checksums = new long[databasePages];
        builder = new DatabaseFileBuilder(paths.databaseFile(), newPageSize);
    }

    @Override
    public void page(int pageNumber, byte[] source, int offset, int ofSize, long checksum) throws IOException {
        if (pageNumber > checksums.length) {
            checksums = Arrays.copyOf(checksums, Math.max(pageNumber, checksums.length + (checksums.length >> 2)));
        }
        checksums[pageNumber - 1] = checksum;
        started().write(pageNumber, ByteBuffer.wrap(source, offset, ofSize));
    }

    private void install(SnapshotEnds.End end, StoreSettings settings, MonotonicClock clock) throws IOException {
        long[] entries = Arrays.copyOf(checksums, end.databasePages());
        StateChecksum state = io.replsqlite.server.pages.PageChecksums.stateOf(entries, entries.length);
        if (!state.equals(end.position().checksum()) || end.pageSize() != pageSize) {
            throw new StreamFormatException("The snapshot arrived with state " + state + ", but must have "
                    + end.position().checksum() + ". It is discarded.");
        }
        DatabaseFounding.found(paths, databaseId, end.position(), end.history(), pageSize, entries, settings, clock);
        started().finish(end.databasePages());
        DatabaseFounding.recordCheckpoint(paths, databaseId, end.position(), pageSize, entries.length, WalMark.NONE);
    }

    private DatabaseFileBuilder started() {
        DatabaseFileBuilder open = builder;
        if (open == null) {
            throw new IllegalStateException("no snapshot has begun");
        }
        return open;
    }

    @Override
    public void close() throws IOException {
        DatabaseFileBuilder open = builder;
        if (open != null) {
            open.close();
        }
    }
}
