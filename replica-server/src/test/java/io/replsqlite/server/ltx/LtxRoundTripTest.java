package io.replsqlite.server.ltx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.lz4.LZ4FrameInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class LtxRoundTripTest {
    private static void assertSamePages(SortedMap<Integer, byte[]> actual, SortedMap<Integer, byte[]> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((number, page) ->
                assertThat(actual.get(number)).as("page %d", number).isEqualTo(page));
    }

    @ParameterizedTest
    @ValueSource(ints = {512, 1024, 2048, 4096, 8192, 16384, 32768, 65536})
    void anyPageOfAnySizeComesBack(int pageSize) throws Exception {
        Random random = new Random(pageSize);
        SortedMap<Integer, byte[]> pages = new TreeMap<>();
        pages.put(1, new byte[pageSize]);
        pages.put(2, ChangeSetSpec.filled(pageSize, 0xff));
        byte[] incompressible = new byte[pageSize];
        random.nextBytes(incompressible);
        pages.put(3, incompressible);
        for (int number = 4; number < 40; number++) {
            pages.put(number * number, LtxFiles.somePage(random, pageSize));
        }
        LtxHeader header = LtxFiles.header(pageSize, 2000, 4, 9);
        for (LtxCompression compression : LtxCompression.values()) {
            byte[] file = LtxFiles.encode(new LtxEncoder(compression), header, pages);

            LtxFiles.Content content = LtxFiles.decode(file);

            assertThat(content.header()).isEqualTo(header);
            assertSamePages(content.pages(), pages);
        }
    }

    @ParameterizedTest
    @EnumSource(ChangeSetSpec.Variant.class)
    void bothVariantsWithAndWithoutChecksumsAreRead(ChangeSetSpec.Variant variant) throws Exception {
        Random random = new Random(5);
        for (int flags : new int[] {0, 2}) {
            for (int pageSize : new int[] {512, 65_536}) {
                ChangeSetSpec spec = new ChangeSetSpec();
                spec.flags = flags;
                spec.pageSize = pageSize;
                spec.variant = variant;
                spec.commit = 4;
                SortedMap<Integer, byte[]> pages = new TreeMap<>();
                for (int number = 1; number <= 4; number++) {
                    pages.put(number, LtxFiles.somePage(random, pageSize));
                    spec.page(number, pages.get(number));
                }
                assertSamePages(LtxFiles.decode(spec.encode()).pages(), pages);
            }
        }
    }

    @Test
    void framesAndBlocksMayStandInOneFile() throws Exception {
        byte[] two = ChangeSetSpec.filled(1024, 2);
        ChangeSetSpec spec = new ChangeSetSpec().page(1, ChangeSetSpec.filled(1024, 1));
        spec.page(2, two, 1, ChangeSetSpec.block(two));
        assertThat(LtxFiles.decode(spec.encode()).pages().get(2)).isEqualTo(two);
    }

    @Test
    void aFrameOfSeveralBlocksIsRead() throws Exception {
        byte[] page = LtxFiles.somePage(new Random(9), 1024);
        byte[] framed = ChangeSetSpec.frame(page);
        byte[] stored = new byte[11 + 300 + 4 + 724 + 8];
        System.arraycopy(framed, 0, stored, 0, 7);
        BigEndian.putLittleEndianInt(stored, 7, 300 | 1 << 31);
        System.arraycopy(page, 0, stored, 11, 300);
        BigEndian.putLittleEndianInt(stored, 311, 724 | 1 << 31);
        System.arraycopy(page, 300, stored, 315, 724);
        System.arraycopy(framed, framed.length - 4, stored, stored.length - 4, 4);
        ChangeSetSpec spec = new ChangeSetSpec();
        spec.commit = 1;
        assertThat(LtxFiles.decode(spec.page(1, page, 0, stored).encode())
                        .pages()
                        .get(1))
                .isEqualTo(page);
    }

    @Test
    void aDatabaseAboveOneGigabyteSkipsTheLockPage() throws Exception {
        int lockPage = LtxFormat.lockPage(65_536);
        byte[] content = ChangeSetSpec.filled(65_536, 1);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        LtxEncoder encoder = new LtxEncoder();
        encoder.begin(file::write, LtxFiles.header(65_536, lockPage + 2, 1, 1));
        for (int number = 1; number <= lockPage + 2; number++) {
            if (number != lockPage) {
                encoder.page(number, content, 0);
            }
        }
        encoder.finish();
        LtxDecoder decoder = new LtxDecoder();
        LtxPage page = new LtxPage();
        decoder.begin(new ByteArrayInputStream(file.toByteArray()));
        int count = 0;
        for (; decoder.nextPage(page); count++) {
            assertThat(page.number()).isNotEqualTo(lockPage);
        }
        decoder.finish();
        assertThat(count).isEqualTo(lockPage + 1);
    }

    @Test
    void aSnapshotMayEndJustBeforeTheLockPage() {
        assertThat(LtxFormat.isComplete(16_384, 16_384, 65_536)).isTrue();
        assertThat(LtxFormat.isComplete(16_384, 16_385, 65_536)).isTrue();
        assertThat(LtxFormat.isComplete(16_384, 16_386, 65_536)).isFalse();
        assertThat(LtxFormat.isComplete(16_386, 16_386, 65_536)).isTrue();
        assertThat(LtxFormat.isComplete(0, 1, 65_536)).isFalse();
        assertThat(LtxFormat.isComplete(Integer.MAX_VALUE, Integer.MAX_VALUE, 512))
                .isTrue();
    }

    @Test
    void theDecoderTellsChecksumAndPlaceOfEachPage() throws Exception {
        byte[] file = ChangeSetSpec.snapshotOfTwo().encode();
        LtxDecoder decoder = new LtxDecoder();
        LtxPage page = new LtxPage();
        decoder.begin(new ByteArrayInputStream(file));
        decoder.nextPage(page);
        decoder.nextPage(page);
        assertThat(page.checksum()).isEqualTo(PageChecksum.of(2, ChangeSetSpec.filled(1024, '3'), 0, 1024));
        LtxIndex index = LtxIndex.read(LtxSource.of(file));
        LtxPage indexed = new LtxPage();
        index.readPage(2, indexed);
        assertThat(indexed).usingRecursiveComparison().isEqualTo(page);
        assertThat(index.contains(3)).isFalse();
        assertThat(index.readPage(3, indexed)).isFalse();
    }

    @Test
    void theDecoderReadsFromAnInputThatGivesOneByteAtATime() throws Exception {
        byte[] file = ChangeSetSpec.snapshotOfTwo().encode();
        LtxDecoder decoder = new LtxDecoder();
        LtxPage page = new LtxPage();
        decoder.begin(new ByteArrayInputStream(file) {
            @Override
            public synchronized int read(byte[] into, int at, int length) {
                return super.read(into, at, Math.min(1, length));
            }
        });
        assertThat(decoder.nextPage(page) && decoder.nextPage(page)).isTrue();
        assertThat(decoder.nextPage(page)).isFalse();
        assertThat(decoder.finish().fileChecksum()).isNegative();
    }

    @ParameterizedTest
    @EnumSource(LtxCompression.class)
    void anyLz4ReaderReadsTheFrameOfAPage(LtxCompression compression) throws Exception {
        byte[] page = LtxFiles.somePage(new Random(6), 65_536);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        LtxEncoder encoder = new LtxEncoder(compression);
        encoder.begin(file::write, LtxFiles.header(65_536, 1, 1, 1));
        encoder.page(1, page, 0);
        encoder.finish();
        LtxPage indexed = new LtxPage();
        LtxIndex.read(LtxSource.of(file.toByteArray())).readPage(1, indexed);
        InputStream frame = new ByteArrayInputStream(file.toByteArray(), 106, indexed.frameBytes() - 6);
        try (InputStream reader = new LZ4FrameInputStream(frame)) {
            assertThat(reader.readAllBytes()).isEqualTo(page);
        }
    }

    @Test
    void theCompressorMakesBlocksThatTheLibraryExpands() {
        Lz4BlockCompressor compressor = new Lz4BlockCompressor();
        for (long seed = 0; seed < 1000; seed++) {
            Random random = new Random(seed);
            int length = random.nextInt(4) == 0 ? random.nextInt(40) : random.nextInt(65_537);
            int offset = random.nextInt(20);
            byte[] source = new byte[offset + length + random.nextInt(20)];
            System.arraycopy(LtxFiles.somePage(random, length), 0, source, offset, length);
            byte[] block = new byte[Lz4BlockCompressor.maxBytes(length) + 7];

            int size = compressor.compress(source, offset, length, block, 7);

            byte[] expanded = new byte[length];
            int count = LZ4Factory.safeInstance().safeDecompressor().decompress(block, 7, size, expanded, 0, length);
            assertThat(count).as("seed %d", seed).isEqualTo(length);
            assertThat(Arrays.equals(expanded, Arrays.copyOfRange(source, offset, offset + length)))
                    .as("seed %d, length %d", seed, length)
                    .isTrue();
        }
    }
}
