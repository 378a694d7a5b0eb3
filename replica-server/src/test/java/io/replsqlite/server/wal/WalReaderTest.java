package io.replsqlite.server.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalReaderTest {
    private static final long SEED = Long.getLong("replsqlite.test.seed", new Random().nextLong());
    private static final String[] WRITES = {
        "create table t(v)",
        "insert into t values(randomblob(20000))",
        "insert into t values(1)",
        "delete from t",
        "begin",
        "insert into t values(2)",
        "insert into t values(randomblob(300000))",
        "commit",
        "vacuum"
    };

    @TempDir
    Path directory;

    private record Seen(int pages, int size, WalMark after) {}

    private static List<Seen> readAll(WalReader reader, int maxFrame) throws Exception {
        List<Seen> seen = new ArrayList<>();
        WalTransaction transaction = new WalTransaction();
        while (reader.next(maxFrame, transaction)) {
            for (int index = 1; index < transaction.pageCount(); index++) {
                assertThat(transaction.pageNumber(index)).isGreaterThan(transaction.pageNumber(index - 1));
            }
            seen.add(new Seen(transaction.pageCount(), transaction.databaseSizePages(), transaction.after()));
        }
        return seen;
    }

    private static WalHeader header(FileChannel wal) throws Exception {
        return Objects.requireNonNull(WalHeader.read(wal));
    }

    @Test
    void everyCommitOfSqliteIsFoundAndEndsWhereTheIndexSays() throws Exception {
        for (int pageSize : new int[] {512, 4096, 65536}) {
            Path sub = Files.createDirectory(directory.resolve("size" + pageSize));
            try (FileChannel wal = RealWal.open(RealWal.write(sub, pageSize, WRITES))) {
                WalIndexHeader index = WalIndexHeaderTest.read(sub.resolve("shm"));
                WalReader reader = new WalReader(wal, header(wal));
                List<Seen> seen = readAll(reader, index.maxFrame());
                assertThat(seen).hasSize(6);
                assertThat(reader.mark()).isEqualTo(index.mark());
                assertThat(seen.get(5).size()).isEqualTo(index.databaseSizePages());
                assertThat(seen.get(5).pages()).isLessThanOrEqualTo(index.databaseSizePages());
            }
        }
    }

    @Test
    void readingGoesOnFromAMark() throws Exception {
        try (FileChannel wal = RealWal.open(RealWal.write(directory, 1024, WRITES))) {
            List<Seen> all = readAll(new WalReader(wal, header(wal)), WalReader.TO_END);
            for (int from = 0; from < all.size(); from++) {
                WalReader reader = new WalReader(wal, 1024, false, all.get(from).after());
                assertThat(readAll(reader, WalReader.TO_END)).isEqualTo(all.subList(from + 1, all.size()));
            }
        }
    }

    @Test
    void pagesAreReadFromTheWindowAndFromTheFileAlike() throws Exception {
        try (FileChannel wal = RealWal.open(RealWal.write(directory, 1024, WRITES))) {
            WalReader inWindow = new WalReader(wal, header(wal));
            WalReader outside = new WalReader(wal, header(wal));
            WalTransaction transaction = new WalTransaction();
            assertThat(inWindow.next(WalReader.TO_END, transaction)).isTrue();
            ByteBuffer one = ByteBuffer.allocate(2048);
            ByteBuffer other = ByteBuffer.allocate(2048);
            inWindow.readPage(transaction.frame(0), one);
            outside.readPage(transaction.frame(0), other);
            assertThat(one.position()).isEqualTo(1024);
            assertThat(other).isEqualTo(one);
            assertThat(other.limit()).isEqualTo(2048);
            assertThat(other.array()).isEqualTo(one.array());
        }
    }

    @Test
    void aFrameThatWasReadAheadBeforeItWasWrittenIsReadAgain() throws Exception {
        byte[] whole = Files.readAllBytes(RealWal.write(directory, 1024, WRITES));
        try (FileChannel wal = RealWal.open(directory.resolve("growing"))) {
            wal.write(ByteBuffer.allocate(whole.length), 0);
            int first = (int) WalHeader.frameOffset(2, 1024);
            wal.write(ByteBuffer.wrap(whole, 0, first), 0);
            WalReader reader = new WalReader(wal, header(wal));
            List<Seen> early = readAll(reader, WalReader.TO_END);
            wal.write(ByteBuffer.wrap(whole), 0);
            early.addAll(readAll(reader, WalReader.TO_END));
            assertThat(early).isEqualTo(readAll(new WalReader(wal, header(wal)), WalReader.TO_END));
        }
    }

    @Test
    void framesOfAnOlderGenerationAreFoundFromTheirMarkOnly() throws Exception {
        Path file = RealWal.write(
                directory,
                1024,
                "create table t(v)",
                "insert into t values(randomblob(9000))",
                "insert into t values(randomblob(9000))");
        byte[] old = Files.readAllBytes(file);
        try (FileChannel wal = RealWal.open(file)) {
            List<Seen> all = readAll(new WalReader(wal, header(wal)), WalReader.TO_END);
            WalHeader before = header(wal);
            ByteBuffer restarted = ByteBuffer.wrap(old.clone());
            new WalHeader(false, 1024, 1, before.salt1() + 1, 77).encode(restarted);
            wal.write(restarted, 0);
            assertThat(new WalReader(wal, header(wal)).scanToEnd().isEmpty()).isTrue();
            WalScan lost = new WalReader(wal, 1024, false, all.get(1).after()).scanToEnd();
            assertThat(lost.transactions()).isEqualTo(1);
            assertThat(lost.end()).isEqualTo(all.get(2).after());
        }
    }

    @Test
    void whateverIsDamagedTheReaderReturnsOnlyWhatSqliteCommitted() throws Exception {
        byte[] whole = Files.readAllBytes(RealWal.write(directory, 512, WRITES));
        Random random = new Random(SEED);
        try (FileChannel wal = RealWal.open(directory.resolve("mutated"))) {
            wal.write(ByteBuffer.wrap(whole), 0);
            List<Seen> truth = readAll(new WalReader(wal, header(wal)), WalReader.TO_END);
            int end = truth.get(truth.size() - 1).after().frame();
            for (int round = 0; round < 300; round++) {
                String context = "replsqlite.test.seed=" + SEED + " round=" + round;
                byte[] mutated = mutate(whole, random);
                wal.truncate(0);
                wal.write(ByteBuffer.wrap(mutated), 0);
                assertThat(WalInspector.inspect(wal).lines()).as(context).isNotEmpty();
                WalHeader header = WalHeader.read(wal);
                if (header == null) {
                    continue;
                }
                List<Seen> seen = readAll(new WalReader(wal, header), WalReader.TO_END);
                assertThat(seen).as(context).isEqualTo(truth.subList(0, seen.size()));
                if (seen.size() < truth.size()) {
                    assertThatThrownBy(() -> readAll(new WalReader(wal, header), end))
                            .as(context)
                            .isInstanceOf(WalDamagedException.class);
                }
            }
        }
    }

    private static byte[] mutate(byte[] whole, Random random) {
        byte[] mutated = whole.clone();
        switch (random.nextInt(3)) {
            case 0 -> mutated[random.nextInt(mutated.length)] ^= (byte) (1 << random.nextInt(8));
            case 1 -> mutated = java.util.Arrays.copyOf(mutated, random.nextInt(mutated.length));
            default -> {
                int from = random.nextInt(mutated.length - 600);
                System.arraycopy(whole, random.nextInt(whole.length - 600), mutated, from, 600);
            }
        }
        return mutated;
    }
}
