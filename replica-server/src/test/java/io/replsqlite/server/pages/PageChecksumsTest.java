package io.replsqlite.server.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageChecksumsTest {
    private static final UUID DATABASE = new UUID(1, 2);

    @TempDir
    Path directory;

    private static long entry(Random random) {
        return random.nextLong() | Long.MIN_VALUE;
    }

    /** Some pages of a database of some size; every page that is new is among them, as in a real commit. */
    private static PageChecksums.Changes randomChanges(Random random, int pagesBefore) {
        int pages = 1 + random.nextInt(3000);
        TreeMap<Integer, Long> changed = new TreeMap<>();
        for (int page = pagesBefore + 1; page <= pages; page++) {
            changed.put(page, entry(random));
        }
        for (int i = 0; i < 20; i++) {
            changed.put(1 + random.nextInt(pages), entry(random));
        }
        return new PageChecksums.Changes(
                changed.keySet().stream().mapToInt(page -> page).toArray(),
                changed.values().stream().mapToLong(value -> value).toArray(),
                changed.size(),
                pages);
    }

    @Test
    void theStateIsAlwaysTheExclusiveOrOfAllEntriesWhateverGrowsOrShrinks() {
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            PageChecksums checksums = new PageChecksums();
            for (long txid = 1; txid <= 40; txid++) {
                PageChecksums.Changes changes = randomChanges(random, checksums.pages());
                StateChecksum after = checksums.after(changes);
                checksums.commit(changes, new Position(new Epoch(1), new Txid(txid), after));
                assertThat(checksums.recompute()).as("seed " + seed).isEqualTo(after);
                assertThat(checksums.pages()).isEqualTo(changes.databasePages());
                assertThat(checksums.get(changes.databasePages() + 1)).isZero();
            }
        }
    }

    @Test
    void theFileHoldsWhatMemoryHoldsAfterAnyNumberOfCommitsInBetween() throws Exception {
        for (long seed = 1; seed <= 10; seed++) {
            Random random = new Random(seed);
            PageChecksums checksums = new PageChecksums();
            try (ChecksumFile file = ChecksumFile.open(directory.resolve("checksums" + seed))) {
                for (long txid = 1; txid <= 20; txid++) {
                    PageChecksums.Changes changes = randomChanges(random, checksums.pages());
                    checksums.commit(changes, new Position(new Epoch(1), new Txid(txid), checksums.after(changes)));
                    if (random.nextBoolean()) {
                        file.write(DATABASE, 4096, checksums);
                        assertThat(file.read(DATABASE, 4096, checksums.pages()).orElseThrow())
                                .as("seed " + seed)
                                .isEqualTo(checksums.copy().entries());
                    }
                }
            }
        }
    }

    @Test
    void aFileOfAnotherDatabaseOrSizeOrDamagedIsNotRead() throws Exception {
        Path path = directory.resolve("checksums");
        PageChecksums checksums = new PageChecksums();
        checksums.reset(Position.START, new long[] {Long.MIN_VALUE | 5, 0, Long.MIN_VALUE | 7});
        try (ChecksumFile file = ChecksumFile.open(path)) {
            assertThat(file.read(DATABASE, 4096, 3)).isEmpty();
            file.write(DATABASE, 4096, checksums);
            assertThat(file.read(DATABASE, 4096, 3)).isPresent();
            assertThat(file.read(new UUID(1, 3), 4096, 3)).isEmpty();
            assertThat(file.read(DATABASE, 8192, 3)).isEmpty();
            assertThat(file.read(DATABASE, 4096, 4)).isEmpty();
        }
        byte[] whole = Files.readAllBytes(path);
        for (int offset = 0; offset < 64; offset++) {
            try (RandomAccessFile damaged = new RandomAccessFile(path.toFile(), "rw")) {
                damaged.seek(offset);
                damaged.write(whole[offset] ^ 0x10);
                try (ChecksumFile file = ChecksumFile.open(path)) {
                    assertThat(file.read(DATABASE, 4096, 3))
                            .as("offset " + offset)
                            .isEmpty();
                }
                damaged.seek(offset);
                damaged.write(whole[offset]);
            }
        }
    }

    @Test
    void runsCoverExactlyTheDirtyEntriesInOrder() {
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            BitSet dirty = new BitSet();
            int length = 30_000;
            for (int i = 0; i < 20; i++) {
                int from = random.nextInt(length);
                dirty.set(from, Math.min(length, from + random.nextInt(10_000)));
            }
            long[] values = random.longs(length).toArray();
            BitSet covered = new BitSet();
            List<Integer> starts = new ArrayList<>();
            DirtyRuns runs = new DirtyRuns(dirty, values);
            while (runs.hasNext()) {
                PageChecksums.Run run = runs.next();
                int end = run.firstIndex() + run.entries().length;
                assertThat(run.entries()).isEqualTo(Arrays.copyOfRange(values, run.firstIndex(), end));
                covered.set(run.firstIndex(), end);
                starts.add(run.firstIndex());
            }
            assertThat(covered).as("seed " + seed).isEqualTo(dirty);
            assertThat(starts).isSorted();
        }
    }

    @Test
    void aChangeSetOfAllPagesLeadsFromUnknownToWhatIsThere() {
        Random random = new Random(3);
        StateChecksum claimed = new StateChecksum(entry(random));
        PageChecksums checksums = new PageChecksums();
        checksums.resetUnknown(new Position(new Epoch(1), new Txid(9), claimed));
        assertThat(checksums.recompute()).isEqualTo(claimed);
        long[] real = {entry(random), entry(random), entry(random)};
        PageChecksums.Changes all = new PageChecksums.Changes(new int[] {1, 2, 3}, real, 3, 3);
        assertThat(checksums.after(all)).isEqualTo(PageChecksums.stateOf(real, 3));
    }

    @Test
    void betweenTheAnnouncementAndTheEndOfACommitNothingIsSettled() {
        PageChecksums checksums = new PageChecksums();
        assertThat(checksums.isSettled()).isTrue();
        checksums.willCommit();
        assertThat(checksums.isSettled()).isFalse();
        checksums.reset(Position.START, new long[0]);
        assertThat(checksums.isSettled()).isTrue();
    }
}
