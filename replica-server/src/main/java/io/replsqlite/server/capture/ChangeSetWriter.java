package io.replsqlite.server.capture;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.log.CommitSpec;
import io.replsqlite.server.log.PendingRecord;
import io.replsqlite.server.ltx.LtxCompression;
import io.replsqlite.server.ltx.LtxEncoder;
import io.replsqlite.server.ltx.LtxHeader;
import io.replsqlite.server.ltx.PageChecksum;
import io.replsqlite.server.pages.PageChecksums;
import io.replsqlite.server.wal.WalMark;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Appends one change set to the log: encodes its pages as LTX, moves the page checksums, writes the record.
 *
 * <p>A small commit is encoded in memory, which yields the page checksums on the way. A large one is read twice: for the
 * checksums, which stand in the record's header, and for the LTX bytes, which stream into the log.
 */
final class ChangeSetWriter {
    private static final long IN_MEMORY_BYTES = 1 << 20;

    private final ChangeLog log;
    private final PageChecksums checksums;
    private final Epoch epoch;
    private final int pageSize;
    private final MonotonicClock clock;
    private final LtxEncoder encoder = new LtxEncoder(LtxCompression.STORED);
    private final CaptureBuffer encoded = new CaptureBuffer();
    private final byte[] page;
    private int[] pageNumbers = new int[64];
    private long[] pageChecksums = new long[64];

    /** The pages of one commit, ascending by index. */
    interface Pages {
        int count();

        int pageNumber(int index);

        void read(int index, byte[] into) throws IOException;
    }

    ChangeSetWriter(ChangeLog log, PageChecksums checksums, Epoch epoch, int pageSize, MonotonicClock clock) {
        this.log = log;
        this.checksums = checksums;
        this.epoch = epoch;
        this.pageSize = pageSize;
        this.clock = clock;
        this.page = new byte[pageSize];
    }

    /** Appends, without syncing; answers the position after the commit. */
    Position append(Pages pages, int databasePages, byte[] outcomes, WalMark walMark) throws IOException {
        if (pageNumbers.length < pages.count()) {
            pageNumbers = new int[pages.count()];
            pageChecksums = new long[pages.count()];
        }
        Txid txid = checksums.position().txid().next();
        LtxHeader header = LtxHeader.of(pageSize, databasePages, txid, clock.wallMillis());
        boolean small = (long) pages.count() * pageSize <= IN_MEMORY_BYTES;
        if (small) {
            encoded.clear();
            encode(pages, header, encoded);
        } else {
            computeChecksums(pages);
        }
        PageChecksums.Changes changes =
                new PageChecksums.Changes(pageNumbers, pageChecksums, pages.count(), databasePages);
        StateChecksum after = checksums.after(changes);
        CommitSpec spec = new CommitSpec(
                epoch,
                txid,
                checksums.position().checksum(),
                after,
                header.timestampMillis(),
                pageSize,
                databasePages,
                ByteBuffer.wrap(outcomes),
                walMark);
        Position position = small ? log.append(spec, encoded.content()) : stream(spec, pages, header);
        checksums.commit(changes, position);
        return position;
    }

    private Position stream(CommitSpec spec, Pages pages, LtxHeader header) throws IOException {
        try (PendingRecord record = log.append(spec)) {
            encode(pages, header, record.ltx());
            return record.publish();
        }
    }

    private void encode(Pages pages, LtxHeader header, OutputStream sink) throws IOException {
        boolean complete = false;
        try {
            encoder.begin(sink::write, header);
            for (int i = 0; i < pages.count(); i++) {
                pages.read(i, page);
                pageNumbers[i] = pages.pageNumber(i);
                pageChecksums[i] = encoder.page(pageNumbers[i], page, 0);
            }
            var ignored = encoder.finish();
            complete = true;
        } finally {
            if (!complete) {
                encoder.reset();
            }
        }
    }

    private void computeChecksums(Pages pages) throws IOException {
        Arrays.fill(pageChecksums, 0);
        for (int i = 0; i < pages.count(); i++) {
            pages.read(i, page);
            pageNumbers[i] = pages.pageNumber(i);
            pageChecksums[i] = PageChecksum.of(pageNumbers[i], page, 0, pageSize);
        }
    }
}
