package io.replsqlite.server.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Txid;
import io.replsqlite.server.ltx.LtxEncoder;
import io.replsqlite.server.ltx.LtxFileName;
import io.replsqlite.server.ltx.LtxFormatException;
import io.replsqlite.server.ltx.LtxHeader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Change sets that shrink, grow, miss pages or do not follow each other. */
class PageFileTest {
    private static final int PAGE_SIZE = 512;

    @TempDir
    Path directory;

    private Path file;
    private PageFile pages;

    @BeforeEach
    void open() throws Exception {
        file = directory.resolve("restored");
        pages = new PageFile(file, PageFile.Saver.NEVER);
    }

    @AfterEach
    void close() throws Exception {
        pages.close();
    }

    private void pour(long min, long max, int commit, int content, int... numbers) throws IOException {
        LtxFileName name = new LtxFileName(new Txid(min), new Txid(max));
        pages.pour(new ByteArrayInputStream(ltx(min, max, commit, content, numbers)), name);
    }

    private static byte[] ltx(long min, long max, int commit, int content, int... numbers) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LtxEncoder encoder = new LtxEncoder();
        encoder.begin(out::write, LtxHeader.of(PAGE_SIZE, commit, new Txid(min), new Txid(max), 1));
        byte[] page = new byte[PAGE_SIZE];
        Arrays.fill(page, (byte) content);
        for (int number : numbers) {
            long ignored = encoder.page(number, page, 0);
        }
        var ignored = encoder.finish();
        return out.toByteArray();
    }

    private static int[] upTo(int last) {
        return IntStream.rangeClosed(1, last).toArray();
    }

    private byte[] contents() throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        byte[] firsts = new byte[bytes.length / PAGE_SIZE];
        for (int i = 0; i < firsts.length; i++) {
            firsts[i] = bytes[i * PAGE_SIZE];
        }
        return firsts;
    }

    @Test
    void newerPagesLieOverOlderOnes() throws Exception {
        pour(1, 4, 5, 1, upTo(5));
        pour(5, 5, 5, 2, 2, 4);
        pour(5, 7, 6, 3, 4, 6);
        pages.finish();
        assertThat(contents()).containsExactly(1, 2, 1, 3, 1, 3);
        assertThat(pages.txid()).isEqualTo(7);
    }

    @Test
    void whatADatabaseHadBeforeItShrankDoesNotComeBack() throws Exception {
        pour(1, 1, 6, 1, upTo(6));
        pour(2, 2, 3, 2, 1);
        pour(3, 3, 5, 3, 4, 5);
        pages.finish();
        assertThat(contents()).containsExactly(2, 1, 1, 3, 3);
    }

    @Test
    void aPageThatNobodyBringsIsMissed() throws Exception {
        pour(1, 1, 6, 1, upTo(6));
        pour(2, 2, 3, 2, 1);
        pour(3, 3, 5, 3, 5);
        assertThatThrownBy(() -> pages.finish()).isInstanceOf(IOException.class).hasMessageContaining("page 4 of 5");
    }

    @Test
    void aGapBetweenFilesIsRefused() throws Exception {
        pour(1, 4, 2, 1, upTo(2));
        assertThatThrownBy(() -> pour(6, 6, 2, 2, 1)).hasMessageContaining("does not continue txid 4");
    }

    @Test
    void aBeginningThatIsNoWholeDatabaseIsRefused() {
        assertThatThrownBy(() -> pour(2, 2, 2, 2, 1)).hasMessageContaining("does not continue txid 0");
    }

    @Test
    void aFileUnderAnothersNameIsRefused() throws Exception {
        byte[] other = ltx(1, 3, 2, 1, upTo(2));
        LtxFileName name = new LtxFileName(new Txid(1), new Txid(9));
        assertThatThrownBy(() -> pages.pour(new ByteArrayInputStream(other), name))
                .hasMessageContaining("is named");
    }

    private void pourDamaged(int at) throws IOException {
        byte[] bytes = ltx(1, 1, 5000, 1, upTo(5000));
        bytes[at < 0 ? bytes.length + at : at] ^= 1;
        pages.pour(new ByteArrayInputStream(bytes), new LtxFileName(new Txid(1), new Txid(1)));
    }

    /** The decoder finds it, batches ahead of the checksums. */
    @Test
    void aDamagedPageIsNamedWhileThoseBeforeItAreStillCounted() throws Exception {
        byte[] whole = ltx(1, 1, 5000, 1, upTo(5000));
        int inThe4000th = 100 + (whole.length - 100) * 4 / 5;
        assertThatThrownBy(() -> pourDamaged(inThe4000th)).isInstanceOf(LtxFormatException.class);
    }

    /** What is added up beside the decoder is whole when the trailer is held against it. */
    @Test
    void aWrongFileChecksumIsFound() {
        assertThatThrownBy(() -> pourDamaged(-1))
                .isInstanceOf(LtxFormatException.class)
                .hasMessageContaining("the file checksum is");
    }
}
