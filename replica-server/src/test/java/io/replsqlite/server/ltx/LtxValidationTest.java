package io.replsqlite.server.ltx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import net.jpountz.lz4.LZ4Factory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One line for each rule of the format: what breaks it, what the decoder says, and where. */
class LtxValidationTest {
    private static final byte[] PAGE = ChangeSetSpec.filled(1024, '2');
    private static final int SECOND_PAGE = 100 + 6 + ChangeSetSpec.frame(PAGE).length;

    record Rule(String problem, long offset, Consumer<ChangeSetSpec> breach) {
        @Override
        public String toString() {
            return problem;
        }
    }

    private static Rule rule(String problem, long offset, Consumer<ChangeSetSpec> breach) {
        return new Rule(problem, offset, breach);
    }

    static List<Rule> headerRules() {
        return List.of(
                rule("does not begin with LTX1", 0, s -> s.magic = 0x4C545832),
                rule("unknown header flags 0x1", 4, s -> s.flags = 1),
                rule("unknown header flags 0x80000002", 4, s -> s.flags = 0x80000002),
                rule("not a page size: 1000", 8, s -> s.pageSize = 1000),
                rule("not a page size: 256", 8, s -> s.pageSize = 256),
                rule("not a page size: 1", 8, s -> s.pageSize = 1),
                rule("not a page size: 131072", 8, s -> s.pageSize = 131_072),
                rule("not a page size: 2147483648", 8, s -> s.pageSize = 1 << 31),
                rule("not a page size: 0", 8, s -> s.pageSize = 0),
                rule("more pages than supported: 4294967295", 12, s -> s.commit = -1),
                rule("commit 0", 12, s -> s.commit = 0),
                rule("the first txid is 1", 16, s -> s.minTxid = 0),
                rule("at most 63 bits", 16, s -> s.minTxid = -1),
                rule("at most 63 bits", 24, s -> s.maxTxid = Long.MIN_VALUE),
                rule("is before min txid", 24, s -> s.minTxid = 2),
                rule("pre-apply checksum is not allowed", 40, s -> s.preApplyChecksum = 1L << 63),
                rule("bit 63 of the pre-apply", 40, s -> {
                    s.flags = 0;
                    s.minTxid = 2;
                    s.maxTxid = 2;
                    s.preApplyChecksum = 5;
                }),
                rule("pre-apply checksum is not allowed", 40, s -> {
                    s.flags = 0;
                    s.preApplyChecksum = 1L << 63;
                }),
                rule("negative WAL offset", 48, s -> s.walOffset = -1),
                rule("negative WAL size", 56, s -> s.walSize = -1),
                rule("a WAL size needs a WAL offset", 56, s -> s.walSize = 1),
                rule("a WAL salt needs a WAL offset", 64, s -> s.walSalt1 = 1),
                rule("a WAL salt needs a WAL offset", 64, s -> s.walSalt2 = 1),
                rule("a reserved header byte", 99, s -> s.reserved[19] = 1));
    }

    static List<Rule> pageRules() {
        byte[] half = Arrays.copyOf(PAGE, 512);
        byte[] larger = ChangeSetSpec.filled(1500, '2');
        return List.of(
                rule("page 3 of a database of 2 pages", 0, s -> s.page(3, PAGE)),
                rule("page 4294967295 of", 0, s -> s.page(-1, PAGE)),
                rule("page 1 does not come after page 2", 0, s -> s.page(1, PAGE)),
                rule("page 2 does not come after page 2", 0, s -> s.page(2, PAGE)),
                rule("skips from page 2 to page 4", 0, s -> {
                    s.commit = 4;
                    s.page(4, PAGE);
                }),
                rule("the lock page", 0, s -> {
                    s.minTxid = s.maxTxid = 2;
                    s.commit = 2_000_000;
                    s.page(1_048_577, PAGE);
                }),
                rule("unknown flags 0x2", 4, s -> third(s, 2, ChangeSetSpec.block(PAGE))),
                rule("unknown flags 0x8001", 4, s -> third(s, 0x8001, ChangeSetSpec.block(PAGE))),
                rule("not an LZ4 frame of the expected kind", 6, s -> third(s, 0, new byte[64])),
                rule("does not match its LZ4 content checksum", -1, s -> third(s, 0, frame(PAGE, 1))),
                rule("an LZ4 frame of 512 bytes", -1, s -> third(s, 0, ChangeSetSpec.frame(half))),
                rule("a damaged LZ4 block", 13, s -> third(s, 0, ChangeSetSpec.frame(larger))),
                rule("an LZ4 block of 1025 bytes", 13, s -> third(s, 0, stored(1025))),
                rule("an LZ4 block of 65537 bytes", 13, s -> third(s, 0, sizeField(65_537))),
                rule("an LZ4 block of 2147483647 bytes", 13, s -> third(s, 0, sizeField(Integer.MAX_VALUE))),
                rule("an LZ4 block of 0 bytes", 13, s -> third(s, 0, sizeField(1 << 31))),
                rule("an LZ4 block without content", 13, s -> third(s, 0, emptyBlock())),
                rule("a block of 0 bytes", 6, s -> third(s, 1, new byte[4])),
                rule("a block of 4294967295 bytes", 6, s -> third(s, 1, new byte[] {-1, -1, -1, -1})),
                rule("a block of 1045 bytes", 6, s -> third(s, 1, ChangeSetSpec.sized(new byte[1045]))),
                rule("an LZ4 block of 512 bytes, not of one page", 10, s -> third(s, 1, ChangeSetSpec.block(half))),
                rule("a damaged LZ4 block", 10, s -> third(s, 1, ChangeSetSpec.block(larger))),
                rule("page number 0 with flags 0x1", 0, s -> s.endMarkFlags = 1));
    }

    private static void third(ChangeSetSpec spec, int frameFlags, byte[] payload) {
        spec.commit = 3;
        spec.page(3, PAGE, frameFlags, payload);
    }

    private static byte[] frame(byte[] content, int contentChecksum) {
        byte[] block = LZ4Factory.safeInstance().fastCompressor().compress(content);
        return ChangeSetSpec.frame(block, block.length, contentChecksum);
    }

    private static byte[] stored(int size) {
        return ChangeSetSpec.frame(new byte[size], size | 1 << 31, 0);
    }

    private static byte[] sizeField(int value) {
        return ChangeSetSpec.frame(new byte[80_000], value, 0);
    }

    private static byte[] emptyBlock() {
        return ChangeSetSpec.frame(new byte[1], 1, 0);
    }

    static List<Rule> endRules() {
        return List.of(
                rule("a snapshot of 3 pages ends after page 2", -1, s -> s.commit = 3),
                rule("the page index does not match", -1, s -> s.indexNumberError = 1),
                rule("the page index does not match", -1, s -> s.indexOffsetError = 1),
                rule("the page index does not match", -1, s -> s.indexSizeError = -1),
                rule("the page index does not match", -1, s -> s.indexSizeError = 1000),
                rule("the index length does not match", -1, s -> s.indexLengthError = 1),
                rule("a post-apply checksum in a file without", -1, s -> s.postApplyChecksum = 1L << 63),
                rule("bit 63 of the post-apply", -1, s -> {
                    s.flags = 0;
                    s.postApplyChecksum = 1;
                }),
                rule("the pages have e1899b6d587aaaaa", -1, s -> {
                    s.flags = 0;
                    s.postApplyChecksum = 0xe1899b6d587aaaabL;
                }),
                rule("the file goes on after its trailer", -1, s -> s.tail = new byte[1]));
    }

    @ParameterizedTest
    @MethodSource({"headerRules", "endRules"})
    void aBrokenRuleOfTheFileIsNamed(Rule rule) {
        assertRefused(rule, rule.offset);
    }

    @ParameterizedTest
    @MethodSource("pageRules")
    void aBrokenRuleOfAPageIsNamed(Rule rule) {
        assertRefused(rule, rule.offset < 0 ? -1 : 2L * SECOND_PAGE - 100 + rule.offset);
    }

    private static void assertRefused(Rule rule, long offset) {
        ChangeSetSpec spec = ChangeSetSpec.snapshotOfTwo();
        rule.breach.accept(spec);
        assertThatExceptionOfType(LtxFormatException.class)
                .isThrownBy(() -> LtxFiles.decode(spec.encode()))
                .withMessageContaining(rule.problem)
                .satisfies(e -> assertThat(offset < 0 || e.offset() == offset)
                        .as("offset %d, expected %d", e.offset(), offset)
                        .isTrue());
    }

    @Test
    void theUnbrokenFileIsAccepted() throws Exception {
        assertThat(LtxFiles.decode(ChangeSetSpec.snapshotOfTwo().encode()).pages())
                .hasSize(2);
    }

    @Test
    void walFieldsAndNodeOfLitestreamsOwnFilesAreAccepted() throws Exception {
        ChangeSetSpec spec = ChangeSetSpec.snapshotOfTwo();
        spec.walOffset = 32;
        spec.walSize = 4120;
        spec.walSalt1 = -5;
        spec.walSalt2 = 6;
        spec.nodeId = -1;
        LtxHeader header = LtxFiles.decode(spec.encode()).header();
        assertThat(header.walSalt1()).isEqualTo(-5);
        assertThat(header.nodeId()).isEqualTo(-1);
    }

    @Test
    void anyChangedByteOfAPageIsFoundByTheFileChecksumAtTheLatest() {
        byte[] first = ChangeSetSpec.filled(1024, '2');
        byte[] other = first.clone();
        other[1000] ^= 1;
        ChangeSetSpec spec = new ChangeSetSpec();
        spec.commit = 1;
        spec.page(1, first, 0, ChangeSetSpec.frame(other));
        assertThatThrownBy(() -> LtxFiles.decode(spec.encode()))
                .isInstanceOf(LtxFormatException.class)
                .hasMessageContaining("the file checksum is");
    }

    @Test
    void everyTruncationIsRefused() {
        byte[] file = ChangeSetSpec.snapshotOfTwo().encode();
        for (int length = 0; length < file.length; length++) {
            byte[] cut = Arrays.copyOf(file, length);
            assertThatExceptionOfType(LtxFormatException.class)
                    .as("cut to %d", length)
                    .isThrownBy(() -> LtxFiles.decode(cut))
                    .withMessageContaining("the file ends inside")
                    .satisfies(e -> assertThat(e.offset()).isEqualTo(cut.length));
        }
    }

    @Test
    void aFailingInputIsNotAFormatError() {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }
        };
        assertThatThrownBy(() -> new LtxDecoder().begin(broken))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("connection reset");
    }

    @Test
    void theDecoderRefusesCallsOutOfOrder() throws Exception {
        LtxDecoder decoder = new LtxDecoder();
        LtxPage page = new LtxPage();
        assertThatIllegalStateException().isThrownBy(() -> decoder.nextPage(page));
        assertThatIllegalStateException().isThrownBy(decoder::finish);
        decoder.begin(new ByteArrayInputStream(ChangeSetSpec.snapshotOfTwo().encode()));
        assertThatIllegalStateException().isThrownBy(decoder::finish);
        while (decoder.nextPage(page)) {
            assertThatIllegalStateException().isThrownBy(decoder::finish);
        }
        assertThatIllegalStateException().isThrownBy(() -> decoder.nextPage(page));
        decoder.finish();
        assertThatIllegalStateException().isThrownBy(decoder::finish);
    }

    @Test
    void afterAFaultTheDecoderTakesTheNextFileOnly() throws Exception {
        LtxDecoder decoder = new LtxDecoder();
        LtxPage page = new LtxPage();
        byte[] file = ChangeSetSpec.snapshotOfTwo().encode();
        decoder.begin(new ByteArrayInputStream(file, 0, 110));
        assertThatThrownBy(() -> decoder.nextPage(page)).isInstanceOf(LtxFormatException.class);
        assertThatIllegalStateException().isThrownBy(() -> decoder.nextPage(page));
        assertThatIllegalStateException().isThrownBy(decoder::finish);
        assertThat(LtxFiles.decode(decoder, page, file).pages()).hasSize(2);
    }
}
