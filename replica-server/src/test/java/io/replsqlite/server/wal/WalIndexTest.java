package io.replsqlite.server.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalIndexTest {
    private static final long SEED = Long.getLong("replsqlite.test.seed", new Random().nextLong());
    private static final WalIndexHeader HEADER = new WalIndexHeader(5, false, 4096, 9, 8, 1, 2, 3, 4);

    @TempDir
    Path directory;

    private final List<ByteBuffer> memory = new ArrayList<>();
    private final WalIndex index = new WalIndex(this::segment);

    private ByteBuffer segment(int number) {
        while (memory.size() <= number) {
            memory.add(ByteBuffer.allocate(WalIndexSegments.SEGMENT_BYTES).order(ByteOrder.nativeOrder()));
        }
        return memory.get(number);
    }

    @Test
    void theHashTableIsTheOneThatSqliteBuildsForTheSameFrames() throws Exception {
        Path file = RealWal.write(
                directory, 512, "create table t(v)", "insert into t values(randomblob(4500000))", "delete from t");
        byte[] real = Files.readAllBytes(directory.resolve("shm"));
        WalIndexHeader header = WalIndexHeaderTest.read(directory.resolve("shm"));
        assertThat(header.maxFrame()).isGreaterThan(8158);
        try (FileChannel wal = RealWal.open(file)) {
            ByteBuffer frameHeader = ByteBuffer.allocate(WalFrame.HEADER_BYTES);
            for (int frame = 1; frame <= header.maxFrame(); frame++) {
                wal.read(frameHeader.clear(), WalHeader.frameOffset(frame, 512));
                index.append(frame, WalFrame.pageNumber(frameHeader, 0));
            }
        }
        for (int number = 0; number < memory.size(); number++) {
            int from = number == 0 ? 136 : 0;
            int start = number * WalIndexSegments.SEGMENT_BYTES;
            assertThat(Arrays.copyOfRange(segment(number).array(), from, WalIndexSegments.SEGMENT_BYTES))
                    .as("segment %d", number)
                    .isEqualTo(Arrays.copyOfRange(real, start + from, start + WalIndexSegments.SEGMENT_BYTES));
        }
    }

    @Test
    void theNewestFrameOfAPageIsFoundAsOfAnyFrame() throws Exception {
        Random random = new Random(SEED);
        int[] pages = new int[9001];
        Map<Integer, Integer> newest = new HashMap<>();
        for (int frame = 1; frame <= 9000; frame++) {
            pages[frame] = 1 + random.nextInt(3000);
            index.append(frame, pages[frame]);
            newest.put(pages[frame], frame);
        }
        for (int page = 1; page <= 3000; page++) {
            assertThat(index.findFrame(page, 9000))
                    .as("replsqlite.test.seed=%d page %d", SEED, page)
                    .isEqualTo(newest.getOrDefault(page, 0));
        }
        int asOf = 1 + random.nextInt(9000);
        int expected = asOf;
        assertThat(index.findFrame(pages[asOf], asOf)).isEqualTo(expected);
        assertThat(index.findFrame(5000, 9000)).isZero();
        assertThat(index.findFrame(1, 0)).isZero();
    }

    @Test
    void leftoversDisappearAndWhatIsPublishedStays() throws Exception {
        for (int last : new int[] {10, 4061, 4062, 4063, 8158, 8159}) {
            memory.clear();
            for (int frame = 1; frame <= last + 100; frame++) {
                index.append(frame, frame % 700 + 1);
            }
            index.clearLeftovers(last);
            for (int frame = last + 1; frame <= last + 50; frame++) {
                index.append(frame, 9000 + frame);
            }
            for (int page = 1; page <= 700; page++) {
                assertThat(index.findFrame(page, last + 50))
                        .as("last %d page %d", last, page)
                        .isLessThanOrEqualTo(last);
            }
            assertThat(index.findFrame(last % 700 + 1, last + 50)).isEqualTo(last);
            assertThat(index.findFrame(9000 + last + 7, last + 50)).isEqualTo(last + 7);
        }
    }

    @Test
    void aHeaderIsReadOnlyWhenBothCopiesAgree() throws Exception {
        assertThat(index.readHeader()).isNull();
        index.publish(HEADER, () -> assertThat(index.readHeader()).isNull());
        assertThat(index.readHeader()).isEqualTo(HEADER);
        WalIndexHeader next = HEADER.afterCommit(new WalMark(3, 4, 12, 5, 6), false, 4096, 7);
        assertThatThrownBy(() -> index.publish(next, () -> {
                    throw new IOException("died here");
                }))
                .hasMessage("died here");
        assertThat(index.readHeader()).isNull();
        index.publish(next, () -> {});
        assertThat(Objects.requireNonNull(index.readHeader()).mark()).isEqualTo(new WalMark(3, 4, 12, 5, 6));
    }

    @Test
    void readersRacingWithAPublisherNeverSeeAMixture() throws Exception {
        WalIndex writer = new WalIndex(this::segment);
        segment(0);
        writer.publish(new WalIndexHeader(0, false, 4096, 0, 0, 0, 0, 0, 0), () -> {});
        Thread publisher = new Thread(() -> {
            try {
                for (int n = 1; n < 200_000; n++) {
                    writer.publish(new WalIndexHeader(n, false, 4096, n, n, n, n, n, n), () -> {});
                }
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        publisher.start();
        int previous = 0;
        while (publisher.isAlive()) {
            WalIndexHeader header = index.readHeader();
            if (header != null) {
                int n = header.changeCounter();
                assertThat(header).isEqualTo(new WalIndexHeader(n, false, 4096, n, n, n, n, n, n));
                assertThat(n).isGreaterThanOrEqualTo(previous);
                previous = n;
            }
        }
        publisher.join();
    }

    @Test
    void marksAndBackfillAreReadWhereSqliteKeepsThem() throws Exception {
        segment(0).putInt(96, 11).putInt(128, 12).putInt(100 + 4 * 3, 77).putInt(100 + 4 * 4, -1);
        assertThat(index.backfilled()).isEqualTo(11);
        assertThat(index.backfillAttempted()).isEqualTo(12);
        assertThat(index.readMark(3)).isEqualTo(77);
        assertThat(index.readMark(4)).isEqualTo(WalIndex.READ_MARK_UNUSED);
        assertThatThrownBy(() -> index.readMark(5)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
