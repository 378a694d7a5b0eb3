package io.replsqlite.server.ltx;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class LtxIndexTest {
    private static void assertRefused(String problem, Consumer<ChangeSetSpec> breach) {
        ChangeSetSpec spec = ChangeSetSpec.snapshotOfTwo();
        breach.accept(spec);
        assertThatThrownBy(() -> LtxIndex.read(LtxSource.of(spec.encode())))
                .isInstanceOf(LtxFormatException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void refusesEntriesThatDoNotTileTheFrames() {
        assertRefused("index entry for page 2 after page 2", spec -> spec.indexNumberError = 1);
        assertRefused("points to 101", spec -> spec.indexOffsetError = 1);
        assertRefused("points to", spec -> spec.indexSizeError = 1);
        assertRefused("with frame size 100", spec -> spec.indexSizeError = 1_000_000);
        assertRefused("index entry for page 100 after page 0", spec -> spec.indexLengthError = -1);
        assertRefused("does not cover the page frames", spec -> spec.indexLengthError = 1);
        assertRefused("an index of 1000008 bytes", spec -> spec.indexLengthError = 1_000_000);
    }

    @Test
    void refusesAFileTooShortForOne() {
        assertThatThrownBy(() -> LtxIndex.read(LtxSource.of(new byte[130])))
                .isInstanceOf(LtxFormatException.class)
                .hasMessageContaining("too short");
    }

    @Test
    void refusesAnIndexAboveTheLimitBeforeReadingIt() {
        byte[] head = ChangeSetSpec.snapshotOfTwo().encode();
        long size = 1L << 40;
        LtxSource huge = new LtxSource() {
            @Override
            public long sizeBytes() {
                return size;
            }

            @Override
            public void read(long offset, byte[] into, int at, int length) throws IOException {
                if (offset == 0) {
                    System.arraycopy(head, 0, into, at, length);
                } else if (offset == size - 24) {
                    BigEndian.putLong(into, at, LtxFormat.MAX_INDEX_BYTES + 1L);
                } else {
                    throw new AssertionError("read at " + offset);
                }
            }
        };
        assertThatThrownBy(() -> LtxIndex.read(huge))
                .isInstanceOf(LtxFormatException.class)
                .hasMessageContaining("above the limit");
    }

    @Test
    void refusesAFrameOfAnotherPageThanTheIndexSays() throws Exception {
        byte[] file = ChangeSetSpec.snapshotOfTwo().encode();
        BigEndian.putInt(file, 100, 2);
        LtxIndex index = LtxIndex.read(LtxSource.of(file));
        assertThatThrownBy(() -> index.readPage(1, new LtxPage()))
                .isInstanceOf(LtxFormatException.class)
                .hasMessageContaining("where page 2 is");
    }

    @Test
    void refusesADamagedPage() throws Exception {
        byte[] file = ChangeSetSpec.snapshotOfTwo().encode();
        file[100 + 6 + 11 + 1] ^= 1;
        LtxIndex index = LtxIndex.read(LtxSource.of(file));
        assertThatThrownBy(() -> index.readPage(1, new LtxPage()))
                .isInstanceOf(LtxFormatException.class)
                .hasMessageContaining("content checksum");
    }
}
