package io.replsqlite.server.ltx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Damaged files by the thousand, each made from a seed. Whatever the damage: a {@link LtxFormatException}, or exactly the
 * pages that were written; never another exception, never more memory than the limits say.
 */
class LtxMutationTest {
    private static final int SEEDS = 30_000;
    /** The window (several arrays while it grows), a page of the largest size, and this test's own copies of small pages. */
    private static final long MAX_ALLOCATED_BYTES = 3L * LtxFormat.MAX_FRAME_BYTES + LtxFormat.MAX_PAGE_SIZE + 200_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final List<byte[]> ORIGINALS = originals();

    private static List<byte[]> originals() {
        Random random = new Random(42);
        ChangeSetSpec frames = ChangeSetSpec.snapshotOfTwo();
        ChangeSetSpec blocks = new ChangeSetSpec();
        blocks.flags = 0;
        blocks.pageSize = 512;
        blocks.variant = ChangeSetSpec.Variant.BLOCK;
        blocks.commit = 5;
        for (int number = 1; number <= 5; number++) {
            blocks.page(number, LtxFiles.somePage(random, 512));
        }
        ChangeSetSpec increment = new ChangeSetSpec();
        increment.minTxid = 7;
        increment.maxTxid = 9;
        increment.commit = 4000;
        for (int number = 3; number <= 3000; number += 700) {
            increment.page(number, LtxFiles.somePage(random, 1024));
        }
        ChangeSetSpec deletion = new ChangeSetSpec();
        deletion.flags = 0;
        deletion.commit = 0;
        return List.of(frames.encode(), blocks.encode(), increment.encode(), deletion.encode());
    }

    @Test
    void noDamageGetsPastTheDecoder() throws Exception {
        int refused = 0;
        for (long seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            byte[] original = ORIGINALS.get(random.nextInt(ORIGINALS.size()));
            byte[] mutant = mutate(random, original);
            refused += decodesToTheSame(mutant, original, seed) ? 0 : 1;
        }
        assertThat(refused).as("mutants refused").isGreaterThan(SEEDS * 9 / 10);
    }

    private static boolean decodesToTheSame(byte[] mutant, byte[] original, long seed) throws IOException {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        LtxFiles.Content content;
        try {
            content = LtxFiles.decode(mutant);
        } catch (LtxFormatException e) {
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            assertThat(allocated).as("bytes allocated, seed %d", seed).isLessThan(MAX_ALLOCATED_BYTES);
            assertThat(e.offset()).as("seed %d", seed).isBetween(0L, (long) mutant.length);
            return false;
        } catch (RuntimeException | IOException e) {
            return fail("seed " + seed, e);
        }
        LtxFiles.Content expected = LtxFiles.decode(original);
        assertThat(content.header()).as("seed %d", seed).isEqualTo(expected.header());
        assertThat(content.pages().keySet())
                .as("seed %d", seed)
                .isEqualTo(expected.pages().keySet());
        expected.pages()
                .forEach((number, page) -> assertThat(content.pages().get(number))
                        .as("page %d, seed %d", number, seed)
                        .isEqualTo(page));
        return true;
    }

    @Test
    void noDamageGetsPastTheIndexAndTheInspector() throws Exception {
        for (long seed = 0; seed < SEEDS / 2; seed++) {
            Random random = new Random(seed);
            byte[] mutant = mutate(random, ORIGINALS.get(random.nextInt(ORIGINALS.size())));
            long before = THREADS.getCurrentThreadAllocatedBytes();
            try {
                readAllByIndex(mutant);
            } catch (LtxFormatException e) {
                assertThat(e.offset()).as("seed %d", seed).isBetween(0L, (long) mutant.length);
            } catch (RuntimeException | IOException e) {
                fail("seed " + seed, e);
            }
            long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
            assertThat(allocated).as("bytes allocated, seed %d", seed).isLessThan(MAX_ALLOCATED_BYTES);
            LtxReport report = LtxInspector.inspect(new java.io.ByteArrayInputStream(mutant), 10);
            assertThat(report.toLines()).as("seed %d", seed).isNotEmpty();
            assertThat(report.toMap()).as("seed %d", seed).containsEntry("valid", report.isValid());
        }
    }

    private static void readAllByIndex(byte[] file) throws IOException {
        LtxIndex index = LtxIndex.read(LtxSource.of(file));
        LtxPage page = new LtxPage();
        for (int number : index.pageNumbers()) {
            assertThat(index.readPage(number, page)).isTrue();
        }
    }

    private static byte[] mutate(Random random, byte[] original) {
        byte[] mutant = original.clone();
        for (int times = 1 + random.nextInt(3); times > 0; times--) {
            mutant = mutateOnce(random, mutant);
        }
        return mutant;
    }

    private static byte[] mutateOnce(Random random, byte[] file) {
        int at = random.nextInt(Math.max(1, file.length));
        switch (random.nextInt(8)) {
            case 0:
                return Arrays.copyOf(file, at);
            case 1:
                return Arrays.copyOf(file, file.length + 1 + random.nextInt(300));
            case 2:
                return without(file, at, Math.min(file.length, at + 1 + random.nextInt(40)));
            case 3:
                return withCopy(file, at, Math.min(file.length, at + 1 + random.nextInt(200)));
            case 4:
                return withInt(file, at, random);
            default:
                return withBytes(file, at, 1 + random.nextInt(4), random);
        }
    }

    private static byte[] without(byte[] file, int from, int to) {
        byte[] shorter = Arrays.copyOf(file, file.length - (to - from));
        System.arraycopy(file, to, shorter, from, file.length - to);
        return shorter;
    }

    private static byte[] withCopy(byte[] file, int from, int to) {
        byte[] longer = Arrays.copyOf(file, file.length + to - from);
        System.arraycopy(file, from, longer, to, file.length - from);
        return longer;
    }

    private static byte[] withInt(byte[] file, int at, Random random) {
        int[] extremes = {0, 1, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 65_536, 0x80010000, 0x7f00, random.nextInt()};
        byte[] mutant = file.clone();
        if (at + 4 <= mutant.length) {
            BigEndian.putInt(mutant, at, extremes[random.nextInt(extremes.length)]);
        }
        return mutant;
    }

    private static byte[] withBytes(byte[] file, int at, int count, Random random) {
        byte[] mutant = file.clone();
        for (int i = at; i < Math.min(mutant.length, at + count); i++) {
            mutant[i] = (byte) (random.nextBoolean() ? random.nextInt() : mutant[i] ^ 1 << random.nextInt(8));
        }
        return mutant;
    }
}
