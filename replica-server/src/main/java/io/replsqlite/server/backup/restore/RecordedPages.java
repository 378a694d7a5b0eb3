package io.replsqlite.server.backup.restore;

import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.server.ltx.PageChecksum;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Holds what an interrupted restore has left against its record. */
final class RecordedPages {
    private static final int RUN_BYTES = 1 << 20;

    private RecordedPages() {}

    /**
     * The record's checksums, with 0 for every page that the file has differently: pages that were written after the record,
     * which come again.
     */
    static long[] confirmed(FileChannel channel, ResumeRecord record, StillWanted wanted) throws IOException {
        long[] checksums = record.pageChecksums().clone();
        int perRun = Math.max(1, RUN_BYTES / record.pageSize());
        ByteBuffer run = ByteBuffer.allocate(perRun * record.pageSize());
        for (int first = 0; first < checksums.length; first += perRun) {
            wanted.require();
            int count = Math.min(perRun, checksums.length - first);
            run.clear().limit(count * record.pageSize());
            if (!DurableFiles.readFully(channel, run, (long) first * record.pageSize())) {
                java.util.Arrays.fill(run.array(), run.position(), run.limit(), (byte) 0); // the file ends before
            }
            for (int i = 0; i < count; i++) {
                long found = PageChecksum.of(first + i + 1, run.array(), i * record.pageSize(), record.pageSize());
                if (found != checksums[first + i]) {
                    checksums[first + i] = 0;
                }
            }
        }
        return checksums;
    }
}
