package io.replsqlite.server.ltx;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Hex;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files and figures of the reference implementation, byte for byte. */
class LtxGoldenTest {
    /** Snapshot, page size 1024, two pages, txid 1, v3-block with database checksums. */
    private static final String BLOCK_FILE = "4c545831 00000000 00000400 00000002"
            + "0000000000000001 0000000000000001 00000000000003e8"
            + "0000000000000000 0000000000000000 0000000000000000 00000000 00000000"
            + "0000000000000000 0000000000000000000000000000000000000000"
            + "00000001 0001 0000000e 1f320100ffffffea503232323232"
            + "00000002 0001 0000000e 1f330100ffffffea503333333333"
            + "00000000 0000"
            + "016418 027c18 00 0000000000000007"
            + "e1899b6d587aaaaa f2f5bf19c408f15a";

    private static final String DELETION_FILE = "4c545831 00000000 00001000 00000000"
            + "0000000000000005 0000000000000006 00000000000007d0"
            + "8000000000000005 0000000000000000 0000000000000000 00000000 00000000"
            + "0000000000000000 0000000000000000000000000000000000000000"
            + "00000000 0000 00 0000000000000001"
            + "8000000000000000 9bf813822a638080";

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    @Test
    void theBlockFileOfTheReferenceDecodes() throws Exception {
        byte[] file = bytes(BLOCK_FILE);
        assertThat(file).hasSize(185);

        LtxFiles.Content content = LtxFiles.decode(file);

        assertThat(content.header().hasChecksums()).isTrue();
        assertThat(content.header().timestampMillis()).isEqualTo(1000);
        assertThat(content.pages()).containsOnlyKeys(1, 2);
        assertThat(content.pages().get(1)).isEqualTo(ChangeSetSpec.filled(1024, '2'));
        assertThat(content.pages().get(2)).isEqualTo(ChangeSetSpec.filled(1024, '3'));
        assertThat(content.trailer()).isEqualTo(new LtxTrailer(0xe1899b6d587aaaaaL, 0xf2f5bf19c408f15aL));
    }

    @Test
    void theBlockFileOfTheReferenceIsReadableByIndex() throws Exception {
        LtxIndex index = LtxIndex.read(LtxSource.of(bytes(BLOCK_FILE)));
        LtxPage page = new LtxPage();

        assertThat(index.pageNumbers()).containsExactly(1, 2);
        assertThat(index.readPage(2, page)).isTrue();
        assertThat(Arrays.copyOf(page.bytes(), page.size())).isEqualTo(ChangeSetSpec.filled(1024, '3'));
        assertThat(page.frameOffset()).isEqualTo(124);
        assertThat(page.frameBytes()).isEqualTo(24);
    }

    @Test
    void theDeletionFileOfTheReferenceDecodes() throws Exception {
        byte[] file = bytes(DELETION_FILE);
        assertThat(file).hasSize(131).hasSize(LtxFormat.MIN_FILE_BYTES);

        LtxFiles.Content content = LtxFiles.decode(file);

        assertThat(content.header().commit()).isZero();
        assertThat(content.pages()).isEmpty();
        assertThat(content.trailer().postApplyChecksum()).isEqualTo(1L << 63);
    }

    @Test
    void theFixtureOfTheseTestsWritesTheSameBlockFile() {
        ChangeSetSpec spec = new ChangeSetSpec();
        spec.flags = 0;
        spec.variant = ChangeSetSpec.Variant.BLOCK;
        byte[] first = ChangeSetSpec.sized(bytes("1f320100ffffffea503232323232"));
        byte[] second = ChangeSetSpec.sized(bytes("1f330100ffffffea503333333333"));
        spec.page(1, ChangeSetSpec.filled(1024, '2'), 1, first).page(2, ChangeSetSpec.filled(1024, '3'), 1, second);

        assertThat(spec.encode()).isEqualTo(bytes(BLOCK_FILE));
    }

    @Test
    void whatWeWriteIsWhatTheFormatDescriptionSays() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LtxEncoder encoder = new LtxEncoder(LtxCompression.STORED);
        encoder.begin(out::write, LtxFiles.header(512, 9, 7, 7));
        encoder.page(3, ChangeSetSpec.filled(512, 0xAB), 0);
        LtxTrailer trailer = encoder.finish();

        byte[] expected = bytes("4c545831 00000002 00000200 00000009"
                + "0000000000000007 0000000000000007 0000000000001b58"
                + "0000000000000000 0000000000000000 0000000000000000 00000000 00000000"
                + "0000000000000000 0000000000000000000000000000000000000000"
                + "00000003 0000 04224d18 6440a7 00020080" + "ab".repeat(512) + "00000000");
        byte[] written = out.toByteArray();
        assertThat(Arrays.copyOf(written, expected.length)).isEqualTo(expected);
        int frameBytes = 6 + 7 + 4 + 512 + 4 + 4;
        byte[] afterPage = Arrays.copyOfRange(written, 100 + frameBytes, written.length - 8);
        assertThat(HexFormat.of().formatHex(afterPage))
                .isEqualTo("000000000000" + "0364" + "9904" + "00" + "0000000000000005" + "0000000000000000");
        assertThat(encoder.bytesWritten()).isEqualTo(written.length);
        assertThat(trailer.postApplyChecksum()).isZero();
    }

    /** Written by Litestream itself from a table of three customers; these releases differ in how they store pages. */
    @ParameterizedTest
    @CsvSource({
        "litestream-0.5.15-frame.ltx, FRAME, e52f9ed2953c3906",
        "litestream-0.5.17-block.ltx, BLOCK, aa8aca81cd176db8"
    })
    void filesWrittenByLitestreamDecode(String name, LtxPage.Encoding encoding, String fileChecksum) throws Exception {
        byte[] file;
        try (InputStream resource = Objects.requireNonNull(getClass().getResourceAsStream("/ltx/" + name), name)) {
            file = resource.readAllBytes();
        }
        LtxPage page = new LtxPage();
        LtxFiles.Content content = LtxFiles.decode(new LtxDecoder(), page, file);

        assertThat(page.encoding()).isEqualTo(encoding);
        assertThat(content.pages()).containsOnlyKeys(1, 2, 3, 4);
        assertThat(new String(content.pages().get(1), StandardCharsets.ISO_8859_1))
                .startsWith("SQLite format 3\0")
                .contains("CREATE TABLE customer");
        assertThat(new String(content.pages().get(2), StandardCharsets.ISO_8859_1))
                .contains("Ada", "Grace", "Edsger");
        assertThat(content.header().walOffset()).isEqualTo(32);
        assertThat(content.trailer().fileChecksum()).isEqualTo(Hex.parse(fileChecksum));
        assertThat(LtxIndex.read(LtxSource.of(file)).readPage(4, new LtxPage())).isTrue();
    }
}
