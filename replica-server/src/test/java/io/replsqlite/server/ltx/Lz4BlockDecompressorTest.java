package io.replsqlite.server.ltx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4SafeDecompressor;
import org.junit.jupiter.api.Test;

/** Against lz4-java, and against blocks that nobody would write. */
class Lz4BlockDecompressorTest {
    private static final LZ4Factory LIBRARY = LZ4Factory.safeInstance();
    private static final int MARGIN = 32;
    private static final byte FENCE = 0x5a;

    private final long seed = Long.getLong("replsqlite.test.seed", System.nanoTime());
    private final Random random = new Random(seed);

    /** Puts the block amid other bytes and has it expanded amid a fence; null if it is refused. */
    private byte[] expand(byte[] block, int space) {
        byte[] around = new byte[block.length + 2 * MARGIN];
        random.nextBytes(around);
        System.arraycopy(block, 0, around, MARGIN, block.length);
        byte[] into = new byte[space + 2 * MARGIN];
        Arrays.fill(into, FENCE);
        int length = Lz4BlockDecompressor.decompress(around, MARGIN, block.length, into, MARGIN, space);
        for (int i = 0; i < MARGIN; i++) {
            assertThat(into[i]).as("before, seed %d", seed).isEqualTo(FENCE);
            assertThat(into[MARGIN + space + i]).as("behind, seed %d", seed).isEqualTo(FENCE);
        }
        return length == Lz4BlockDecompressor.DAMAGED ? null : Arrays.copyOfRange(into, MARGIN, MARGIN + length);
    }

    /** Runs of every length over every distance, between stretches of noise. */
    private byte[] somePage() {
        byte[] page = new byte[1 + random.nextInt(6000)];
        int at = 0;
        while (at < page.length) {
            int length = Math.min(page.length - at, 1 + random.nextInt(random.nextInt(8) == 0 ? 1000 : 40));
            int distance = 1 + random.nextInt(random.nextBoolean() ? 20 : 3000);
            boolean repeat = at >= distance && random.nextInt(3) > 0;
            for (int end = at + length; at < end; at++) {
                page[at] = repeat ? page[at - distance] : (byte) random.nextInt();
            }
        }
        return page;
    }

    @Test
    void whatAnyCompressorMakesComesBack() {
        for (int round = 0; round < 3000; round++) {
            byte[] page = somePage();
            byte[] own = new byte[Lz4BlockCompressor.maxBytes(page.length)];
            int length = new Lz4BlockCompressor().compress(page, 0, page.length, own, 0);
            int slack = random.nextInt(3) * random.nextInt(40);
            assertThat(expand(Arrays.copyOf(own, length), page.length + slack))
                    .as("own, seed %d", seed)
                    .isEqualTo(page);
            byte[] fast = LIBRARY.fastCompressor().compress(page);
            assertThat(expand(fast, page.length + slack))
                    .as("fast, seed %d", seed)
                    .isEqualTo(page);
            byte[] dense = LIBRARY.highCompressor().compress(page);
            assertThat(expand(dense, page.length + slack))
                    .as("dense, seed %d", seed)
                    .isEqualTo(page);
        }
    }

    @Test
    void aBlockThatDoesNotFitIsRefused() {
        for (int round = 0; round < 1000; round++) {
            byte[] page = somePage();
            byte[] block = LIBRARY.fastCompressor().compress(page);
            assertThat(expand(block, random.nextInt(page.length)))
                    .as("seed %d", seed)
                    .isNull();
        }
    }

    /** The library is stricter about how a block must end, and takes a match over distance 0, which the format forbids. */
    @Test
    void aDamagedBlockIsRefusedOrReadAsTheLibraryReadsIt() {
        LZ4SafeDecompressor library = LIBRARY.safeDecompressor();
        int read = 0;
        for (int round = 0; round < 5000; round++) {
            byte[] page = somePage();
            byte[] block = LIBRARY.fastCompressor().compress(page);
            for (int i = random.nextInt(3); i >= 0; i--) {
                block[random.nextInt(block.length)] = (byte) random.nextInt();
            }
            byte[] cut = random.nextInt(4) > 0 ? block : Arrays.copyOf(block, 1 + random.nextInt(block.length));
            byte[] found = expand(cut, page.length);
            byte[] expected = new byte[page.length];
            try {
                int length = library.decompress(cut, 0, cut.length, expected, 0, expected.length);
                if (found != null) {
                    assertThat(found).as("seed %d", seed).isEqualTo(Arrays.copyOf(expected, length));
                    read++;
                }
            } catch (LZ4Exception refused) {
                assertThat(found == null || found.length <= page.length).isTrue();
            }
        }
        assertThat(read).as("seed %d", seed).isGreaterThan(100);
    }

    @Test
    void noiseIsRefusedOrReadButNeverGoesBeyondItsBounds() {
        for (int round = 0; round < 20_000; round++) {
            byte[] noise = new byte[random.nextInt(60)];
            random.nextBytes(noise);
            int space = random.nextInt(200);
            byte[] found = expand(noise, space);
            assertThat(found == null || found.length <= space)
                    .as("seed %d", seed)
                    .isTrue();
        }
    }
}
