package io.replsqlite.server.ltx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Txid;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LtxEncoderTest {
    private static final LtxSink NOWHERE = (bytes, offset, length) -> {};
    private static final byte[] PAGE = ChangeSetSpec.filled(512, 1);

    private final LtxEncoder encoder = new LtxEncoder();

    private void begin(int commit, long min, long max) throws IOException {
        encoder.begin(NOWHERE, LtxFiles.header(512, commit, min, max));
    }

    @Test
    void refusesCallsOutOfOrder() throws Exception {
        assertThatIllegalStateException().isThrownBy(() -> encoder.page(1, PAGE, 0));
        assertThatIllegalStateException().isThrownBy(encoder::finish);
        begin(9, 2, 2);
        assertThatIllegalStateException().isThrownBy(() -> begin(9, 3, 3));
        encoder.page(1, PAGE, 0);
        encoder.finish();
        assertThatIllegalStateException().isThrownBy(() -> encoder.page(2, PAGE, 0));
        assertThatIllegalStateException().isThrownBy(encoder::finish);
    }

    @Test
    void refusesPagesThatDoNotAscend() throws Exception {
        begin(9, 2, 2);
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.page(0, PAGE, 0));
        encoder.page(4, PAGE, 0);
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.page(4, PAGE, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> encoder.page(3, PAGE, 0))
                .withMessageContaining("after page 4");
    }

    @Test
    void refusesPagesPastTheEndOfTheDatabase() throws Exception {
        begin(9, 2, 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> encoder.page(10, PAGE, 0))
                .withMessageContaining("of 9 pages");
    }

    @Test
    void refusesTheLockPage() throws Exception {
        begin(3_000_000, 2, 2);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> encoder.page(2_097_153, PAGE, 0))
                .withMessageContaining("lock page");
    }

    @Test
    void refusesAPageThatTheArrayDoesNotHold() throws Exception {
        begin(9, 2, 2);
        assertThatThrownBy(() -> encoder.page(1, PAGE, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        encoder.page(1, PAGE, 0);
        encoder.finish();
    }

    @Test
    void refusesASnapshotWithHoles() throws Exception {
        begin(3, 1, 7);
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.page(2, PAGE, 0));
        encoder.page(1, PAGE, 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> encoder.page(3, PAGE, 0))
                .withMessageContaining("skips");
        encoder.page(2, PAGE, 0);
        assertThatIllegalStateException().isThrownBy(encoder::finish).withMessageContaining("ends after page 2");
        encoder.page(3, PAGE, 0);
        encoder.finish();
    }

    @Test
    void refusesAnEmptyDatabaseByTheHeaderAlready() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LtxFiles.header(512, 0, 2, 2))
                .withMessageContaining("commit 0");
    }

    @Test
    void refusesAHeaderWithDatabaseChecksums() {
        Txid first = new Txid(1);
        LtxHeader checksums = new LtxHeader(0, 512, 1, first, first, 0, 0, 0, 0, 0, 0, 0);
        assertThatIllegalArgumentException().isThrownBy(() -> encoder.begin(NOWHERE, checksums));
    }

    @Test
    void afterAFailedWriteOnlyResetHelps() throws Exception {
        int[] calls = {0};
        LtxSink failsAtSecond = (bytes, offset, length) -> {
            if (++calls[0] == 2) {
                throw new IOException("disk full");
            }
        };
        encoder.begin(failsAtSecond, LtxFiles.header(512, 9, 2, 2));
        assertThatThrownBy(() -> encoder.page(1, PAGE, 0)).hasMessage("disk full");
        assertThatIllegalStateException().isThrownBy(() -> encoder.page(2, PAGE, 0));
        assertThatIllegalStateException().isThrownBy(encoder::finish);
        assertThatIllegalStateException().isThrownBy(() -> begin(9, 2, 2));
        encoder.reset();
        begin(9, 2, 2);
        encoder.finish();
    }

    @Test
    void aReusedEncoderWritesWhatANewOneWrites() throws Exception {
        SortedMap<Integer, byte[]> small = new TreeMap<>();
        small.put(5, PAGE);
        SortedMap<Integer, byte[]> large = new TreeMap<>();
        for (int number = 1; number <= 40; number++) {
            large.put(number, LtxFiles.somePage(new java.util.Random(number), 65_536));
        }
        LtxHeader smallHeader = LtxFiles.header(512, 9, 2, 2);
        LtxHeader largeHeader = LtxFiles.header(65_536, 40, 1, 3);

        byte[] firstSmall = LtxFiles.encode(encoder, smallHeader, small);
        byte[] firstLarge = LtxFiles.encode(encoder, largeHeader, large);

        assertThat(LtxFiles.encode(encoder, smallHeader, small))
                .isEqualTo(firstSmall)
                .isEqualTo(LtxFiles.encode(smallHeader, small));
        assertThat(firstLarge).isEqualTo(LtxFiles.encode(largeHeader, large));
    }

    @Test
    void returnsThePageChecksum() throws Exception {
        begin(9, 2, 2);
        byte[] shifted = new byte[700];
        System.arraycopy(PAGE, 0, shifted, 100, 512);
        assertThat(encoder.page(7, shifted, 100)).isEqualTo(PageChecksum.of(7, PAGE, 0, 512));
    }

    @Test
    void writesTheIndexOfManyPages() throws Exception {
        int commit = 60_000;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        encoder.begin(out::write, LtxFiles.header(512, commit, 1, 1));
        for (int number = 1; number <= commit; number++) {
            encoder.page(number, PAGE, 0);
        }
        encoder.finish();

        LtxIndex index = LtxIndex.read(LtxSource.of(out.toByteArray()));
        LtxPage page = new LtxPage();
        assertThat(index.pageNumbers()).hasSize(commit);
        assertThat(index.readPage(commit, page)).isTrue();
        assertThat(page.number()).isEqualTo(commit);
        assertThat(LtxFiles.decode(out.toByteArray()).pages()).hasSize(commit);
    }
}
