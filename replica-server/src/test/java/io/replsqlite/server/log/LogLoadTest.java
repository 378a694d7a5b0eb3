package io.replsqlite.server.log;

import static io.replsqlite.server.log.LogFixture.append;
import static io.replsqlite.server.log.LogFixture.requireRight;
import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.log.LogCursor.Advance;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Readers beside the appender, and a record larger than anybody wants to hold in memory. */
class LogLoadTest {
    private static final long COMMITS = 3000;
    private static final int READERS = 3;

    @TempDir
    Path parent;

    @Test
    void readersFollowTheAppenderOverManyRotationsAndSeeOnlyWholeRecordsInOrder() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(READERS);
        try (ChangeLog log = LogFixture.open(parent.resolve("log"), new LogSettings(64 << 10, 16 << 10))) {
            List<Future<Long>> readers = new ArrayList<>();
            for (int i = 0; i < READERS; i++) {
                readers.add(threads.submit(() -> follow(log)));
            }
            for (long txid = 1; txid <= COMMITS; txid++) {
                append(log, 1, txid);
                if (txid % 10 == 0) {
                    log.sync();
                }
            }
            for (Future<Long> reader : readers) {
                assertThat(reader.get(60, TimeUnit.SECONDS)).isEqualTo(COMMITS);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static Long follow(ChangeLog log) throws IOException, InterruptedException {
        Deadline deadline = Deadline.afterMillis(60_000, MonotonicClock.SYSTEM);
        long last = 0;
        try (LogCursor cursor = log.fromBase()) {
            while (last < COMMITS && log.durableGate().await(last + 1, deadline)) {
                while (cursor.advance() == Advance.RECORD) {
                    requireRight(cursor.record());
                    assertThat(cursor.record().header().txid().value()).isEqualTo(last + 1);
                    last++;
                }
            }
        }
        return last;
    }

    @Test
    void aRecordOf200MegabytesPassesThroughInSmallPieces() throws IOException {
        int chunks = 200;
        byte[] chunk = new byte[1 << 20];
        long allocatedBefore = allocatedBytes();
        try (ChangeLog log = LogFixture.open(parent.resolve("log"), LogSettings.DEFAULT);
                ChangeLog follower = LogFixture.open(parent.resolve("follower"), LogSettings.DEFAULT)) {
            try (PendingRecord record = log.append(LogFixture.commit(1, 1));
                    OutputStream ltx = record.ltx()) {
                for (int i = 0; i < chunks; i++) {
                    chunk[0] = (byte) i;
                    ltx.write(chunk);
                }
                record.publish();
            }
            log.sync();
            try (LogCursor cursor = log.fromBase()) {
                assertThat(cursor.advance()).isEqualTo(Advance.RECORD);
                assertThat(cursor.record().header().ltxLength()).isEqualTo((long) chunks << 20);
                follower.appendBody(new StreamedBody(cursor.record()).open());
            }
            assertThat(follower.sync()).isEqualTo(log.durableHead());
            assertThat(follower.verify()).isEqualTo(1);
        }
        assertThat(allocatedBytes() - allocatedBefore).isLessThan(64L << 20);
    }

    private static long allocatedBytes() {
        var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    /** A body as an input stream, straight from the file: what a network would deliver. */
    private record StreamedBody(LogRecord record) {
        InputStream open() {
            return new InputStream() {
                private long position;

                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
                }

                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    long left = record.header().bodyLength() - position;
                    if (left == 0) {
                        return -1;
                    }
                    int count = (int) Math.min(left, length);
                    record.readAt(java.nio.ByteBuffer.wrap(into, offset, count).slice(), position);
                    position += count;
                    return count;
                }
            };
        }
    }
}
