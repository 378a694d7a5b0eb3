package io.replsqlite.server.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Txid;
import io.replsqlite.server.ltx.LtxDecoder;
import io.replsqlite.server.ltx.LtxEncoder;
import io.replsqlite.server.ltx.LtxHeader;
import io.replsqlite.server.ltx.LtxPage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Pages between two threads: in order, all of them, and not one more after a failure. */
@Timeout(30)
class PageBatchesTest {
    private static final int PAGE_SIZE = 65_536; // four a batch
    private static final int PAGES = 41;

    private static byte[] ltx() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LtxEncoder encoder = new LtxEncoder();
        encoder.begin(out::write, LtxHeader.of(PAGE_SIZE, PAGES, new Txid(1), new Txid(1), 1));
        byte[] page = new byte[PAGE_SIZE];
        for (int number = 1; number <= PAGES; number++) {
            new Random(number).nextBytes(page);
            long ignored = encoder.page(number, page, 0);
        }
        var ignored = encoder.finish();
        return out.toByteArray();
    }

    private static void decodeAll(LtxDecoder decoder, PageBatches batches) throws IOException {
        var ignored = decoder.begin(new ByteArrayInputStream(ltx()));
        while (decoder.nextUncounted(batches.free())) {
            batches.fill(PAGE_SIZE);
        }
        batches.drain();
    }

    @Test
    void everyPageIsTakenInOrderAndCountsAsOnOneThread() throws Exception {
        LtxDecoder decoder = new LtxDecoder();
        List<Integer> numbers = new ArrayList<>();
        List<Long> checksums = new ArrayList<>();
        PageBatches.Taker taker = page -> {
            decoder.count(page);
            numbers.add(page.number());
            checksums.add(page.checksum());
        };
        try (PageBatches batches = new PageBatches(taker)) {
            decodeAll(decoder, batches);
        }
        var trailer = decoder.finish();
        List<Long> expected = new ArrayList<>();
        LtxPage page = new LtxPage();
        LtxDecoder alone = new LtxDecoder();
        var ignored = alone.begin(new ByteArrayInputStream(ltx()));
        while (alone.nextPage(page)) {
            expected.add(page.checksum());
        }
        assertThat(numbers)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, PAGES).boxed().toList());
        assertThat(checksums).isEqualTo(expected);
        assertThat(trailer).isEqualTo(alone.finish());
    }

    @Test
    void whatFailsIsToldToTheCallerAndNothingIsTakenAfterIt() {
        List<Integer> taken = new ArrayList<>();
        try (PageBatches batches = new PageBatches(page -> {
            if (page.number() == 10) {
                throw new IOException("no room for page 10");
            }
            taken.add(page.number());
        })) {
            assertThatThrownBy(() -> decodeAll(new LtxDecoder(), batches))
                    .isInstanceOf(IOException.class)
                    .hasMessage("no room for page 10");
            assertThatThrownBy(batches::drain).hasMessage("no room for page 10");
        }
        assertThat(taken)
                .containsExactlyElementsOf(IntStream.rangeClosed(1, 9).boxed().toList());
    }

    @Test
    void aPageThatWasNotCountedKeepsTheFileFromBeingSound() throws Exception {
        LtxDecoder decoder = new LtxDecoder();
        try (PageBatches batches = new PageBatches(page -> {
            if (page.number() < PAGES) {
                decoder.count(page);
            }
        })) {
            decodeAll(decoder, batches);
        }
        assertThatThrownBy(decoder::finish)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is not counted");
    }

    /** As when a restore is given up, or meets a damaged page, amid a file. */
    @Test
    void theThreadEndsWithWhatWasHandedOverWhereverTheCallerStops() throws Exception {
        CountDownLatch stopped = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        LtxDecoder decoder = new LtxDecoder();
        var ignored = decoder.begin(new ByteArrayInputStream(ltx()));
        try (PageBatches batches = new PageBatches(page -> {
            threads.add(Thread.currentThread());
            awaitQuietly(stopped);
        })) {
            for (int i = 0; i < 10; i++) {
                assertThat(decoder.nextUncounted(batches.free())).isTrue();
                batches.fill(PAGE_SIZE);
            }
            stopped.countDown();
        }
        assertThat(threads).hasSize(8).containsOnly(threads.get(0)); // two batches; the third one was under way
        threads.get(0).join();
        assertThat(threads.get(0).getName()).contains("restore-count");
    }

    private static void awaitQuietly(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException interrupted) {
            throw new IOException(interrupted);
        }
    }
}
