package io.replsqlite.server.apply;

import io.replsqlite.server.wal.WalDamagedException;
import io.replsqlite.server.wal.WalHeader;
import io.replsqlite.server.wal.WalIndexHeader;
import io.replsqlite.server.wal.WalMark;
import io.replsqlite.server.wal.WalReader;
import io.replsqlite.server.wal.WalTransaction;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Says what others did to the replica file since a header was left behind.
 *
 * <p>Every commit by anybody adds one to the change counter, so the frames found in the WAL are all of the foreign ones
 * exactly if they hold as many commits as the counter has moved.
 */
final class ForeignWriteDetector {
    private final WalIndexHeader left;
    private final int leftSizePages;
    private final int pageSize;

    ForeignWriteDetector(WalIndexHeader left, int leftSizePages, int pageSize) {
        this.left = left;
        this.leftSizePages = leftSizePages;
        this.pageSize = pageSize;
    }

    /** Null if only a checkpoint has restarted the WAL, without any commit. */
    @Nullable
    ForeignWrite compare(WalIndexHeader now, FileChannel wal) throws IOException {
        if (isRestartOnly(now)) {
            return null;
        }
        int commits = now.changeCounter() - left.changeCounter();
        WalMark from = startOfForeignFrames(now, wal);
        if (from == null || commits <= 0) {
            return new ForeignWrite.UnknownExtent(now.databaseSizePages());
        }
        try {
            return readFrames(now, wal, from, commits);
        } catch (WalDamagedException e) {
            return new ForeignWrite.UnknownExtent(now.databaseSizePages());
        }
    }

    private boolean isRestartOnly(WalIndexHeader now) {
        return now.maxFrame() == 0
                && now.changeCounter() == left.changeCounter()
                && now.databaseSizePages() == left.databaseSizePages();
    }

    private @Nullable WalMark startOfForeignFrames(WalIndexHeader now, FileChannel wal) throws IOException {
        if (now.mark().isSameGeneration(left.mark()) && left.maxFrame() > 0) {
            return now.maxFrame() > left.maxFrame() ? left.mark() : null;
        }
        WalHeader header = WalHeader.read(wal);
        if (header == null || now.maxFrame() == 0 || !header.start().isSameGeneration(now.mark())) {
            return null;
        }
        return header.start();
    }

    private ForeignWrite readFrames(WalIndexHeader now, FileChannel wal, WalMark from, int commits) throws IOException {
        WalReader reader = new WalReader(wal, pageSize, now.bigEndianChecksum(), from);
        WalTransaction transaction = new WalTransaction();
        Set<Integer> touched = new HashSet<>();
        int found = 0;
        int smallest = leftSizePages;
        while (reader.next(now.maxFrame(), transaction)) {
            found++;
            smallest = Math.min(smallest, transaction.databaseSizePages());
            for (int page = 0; page < transaction.pageCount(); page++) {
                touched.add(transaction.pageNumber(page));
            }
        }
        if (found != commits) {
            return new ForeignWrite.UnknownExtent(now.databaseSizePages());
        }
        for (int cut = smallest + 1; cut <= now.databaseSizePages(); cut++) {
            touched.add(cut);
        }
        return new ForeignWrite.Pages(touched, now.databaseSizePages());
    }
}
