package io.replsqlite.server.ltx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LtxCompactorTest {
    private static byte[] file(int commit, long min, long max, int fill, int... pageNumbers) throws IOException {
        SortedMap<Integer, byte[]> pages = new TreeMap<>();
        for (int number : pageNumbers) {
            pages.put(number, ChangeSetSpec.filled(512, fill));
        }
        return LtxFiles.encode(LtxFiles.header(512, commit, min, max), pages);
    }

    private static LtxFiles.Content compact(byte[]... files) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<ByteArrayInputStream> inputs =
                Arrays.stream(files).map(ByteArrayInputStream::new).toList();
        LtxHeader header = LtxCompactor.compact(inputs, out::write);
        LtxFiles.Content content = LtxFiles.decode(out.toByteArray());
        assertThat(content.header()).isEqualTo(header);
        return content;
    }

    private static void assertRefused(String problem, byte[]... files) {
        assertThatThrownBy(() -> compact(files))
                .isInstanceOf(LtxFormatException.class)
                .hasMessageContaining(problem);
    }

    @Test
    void takesTheNewestVersionOfEachPage() throws Exception {
        LtxFiles.Content merged =
                compact(file(9, 4, 4, 'a', 1, 2, 3, 9), file(9, 5, 6, 'b', 2, 5), file(9, 7, 7, 'c', 3, 5));

        assertThat(merged.header()).isEqualTo(LtxFiles.header(512, 9, 4, 7));
        StringBuilder text = new StringBuilder();
        merged.pages().forEach((number, page) -> text.append(number).append((char) page[0]));
        assertThat(text).hasToString("1a2b3c5c9a");
    }

    @Test
    void dropsPagesBeyondTheEndOfTheDatabase() throws Exception {
        assertThat(compact(file(9, 4, 4, 'a', 1, 8, 9), file(5, 5, 5, 'b', 1)).pages())
                .containsOnlyKeys(1);
    }

    @Test
    void aPageDroppedByAShrinkDoesNotComeBackWithLaterGrowth() throws Exception {
        byte[] large = file(9, 4, 4, 'a', 1, 6, 9);
        byte[] shrunk = file(5, 5, 5, 'b', 1);
        LtxFiles.Content merged = compact(large, shrunk, file(7, 6, 6, 'c', 1, 6, 7));

        assertThat(merged.pages().get(6)[0]).isEqualTo((byte) 'c');
        assertThat(merged.pages()).containsOnlyKeys(1, 6, 7);
        assertRefused("page 6 is part of the database", large, shrunk, file(7, 6, 6, 'c', 1, 7));
        assertRefused("page 7 is part of the database", large, shrunk, file(7, 6, 6, 'c', 1, 6));
    }

    @Test
    void aSnapshotMustComeOutComplete() throws Exception {
        byte[] base = file(2, 1, 3, 'a', 1, 2);
        assertThat(compact(base, file(4, 4, 4, 'b', 1, 3, 4)).pages()).hasSize(4);
        assertRefused("page 3 is part of the database", base, file(4, 4, 4, 'b', 1, 4));
        assertRefused("page 4 is part of the database", base, file(4, 4, 4, 'b', 1, 3));
    }

    @Test
    void inputsMustFollowEachOther() throws Exception {
        byte[] first = file(9, 4, 6, 'a', 1);
        assertRefused("input 1: begins with txid 0000000000000008", first, file(9, 8, 8, 'b', 1));
        assertRefused("input 1: ends with txid 0000000000000006", first, file(9, 5, 6, 'b', 1));
        assertThat(compact(first, file(9, 5, 7, 'b', 1)).header().maxTxid().value())
                .isEqualTo(7);
    }

    @Test
    void pageSizesMustBeEqual() throws Exception {
        SortedMap<Integer, byte[]> none = new TreeMap<>();
        assertRefused(
                "input 1: page size 1024 after 512",
                file(9, 4, 4, 'a', 1),
                LtxFiles.encode(LtxFiles.header(1024, 9, 5, 5), none));
    }

    @Test
    void aDamagedInputIsNamedAndNothingIsCompleted() throws Exception {
        byte[] good = file(9, 4, 4, 'a', 1);
        byte[] bad = file(9, 5, 5, 'b', 2);
        bad[bad.length - 1] ^= 1;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThatThrownBy(() -> LtxCompactor.compact(
                        List.of(new ByteArrayInputStream(good), new ByteArrayInputStream(bad)), out::write))
                .isInstanceOf(LtxFormatException.class)
                .hasMessageStartingWith("input 1: the file checksum");
        assertThatThrownBy(() -> LtxFiles.decode(out.toByteArray())).isInstanceOf(LtxFormatException.class);
    }

    @Test
    void aDeletionAtTheEndIsRefused() throws Exception {
        ChangeSetSpec deletion = new ChangeSetSpec();
        deletion.pageSize = 512;
        deletion.flags = 0;
        deletion.commit = 0;
        deletion.minTxid = deletion.maxTxid = 5;
        deletion.preApplyChecksum = 1L << 63;
        assertRefused("deletes the database", file(9, 4, 4, 'a', 1), deletion.encode());
    }

    @Test
    void thereIsALimitOfInputs() {
        assertThatIllegalArgumentException().isThrownBy(() -> compact());
        assertThatIllegalArgumentException().isThrownBy(() -> compact(new byte[LtxCompactor.MAX_INPUTS + 1][0]));
    }

    @Test
    void anyHistoryCompactsToWhatApplyingItOneByOneGives() throws Exception {
        for (long seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            List<byte[]> files = new ArrayList<>();
            SortedMap<Integer, byte[]> state = new TreeMap<>();
            int commit = 0;
            for (int txid = 1; txid <= 1 + random.nextInt(12); txid++) {
                int newCommit = 1 + random.nextInt(12);
                SortedMap<Integer, byte[]> pages = new TreeMap<>();
                for (int number = 1; number <= newCommit; number++) {
                    if (number > commit || random.nextInt(3) == 0) {
                        pages.put(number, LtxFiles.somePage(random, 512));
                    }
                }
                commit = newCommit;
                state.putAll(pages);
                state.tailMap(commit + 1).clear();
                files.add(LtxFiles.encode(LtxFiles.header(512, commit, txid, txid), pages));
            }
            LtxFiles.Content merged = compact(files.toArray(byte[][]::new));
            assertThat(merged.pages().keySet()).as("seed %d", seed).isEqualTo(state.keySet());
            for (int number : state.keySet()) {
                assertThat(merged.pages().get(number))
                        .as("page %d, seed %d", number, seed)
                        .isEqualTo(state.get(number));
            }
        }
    }
}
