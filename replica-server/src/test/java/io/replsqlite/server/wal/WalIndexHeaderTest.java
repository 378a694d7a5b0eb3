package io.replsqlite.server.wal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalIndexHeaderTest {
    private static final long SEED = Long.getLong("replsqlite.test.seed", new Random().nextLong());

    @TempDir
    Path directory;

    static WalIndexHeader read(Path sharedIndex) throws Exception {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(sharedIndex)).order(ByteOrder.nativeOrder());
        return Objects.requireNonNull(WalIndexHeader.decode(bytes, 0));
    }

    @Test
    void theHeaderThatSqliteWroteIsEncodedBackByteForByte() throws Exception {
        for (int pageSize : new int[] {512, 65536}) {
            Path sub = Files.createDirectory(directory.resolve("size" + pageSize));
            RealWal.write(sub, pageSize, "create table t(v)", "insert into t values(1)");
            byte[] real = Arrays.copyOf(Files.readAllBytes(sub.resolve("shm")), WalIndexHeader.BYTES);
            WalIndexHeader header = read(sub.resolve("shm"));
            assertThat(header.pageSize()).isEqualTo(pageSize);
            ByteBuffer again = ByteBuffer.allocate(WalIndexHeader.BYTES).order(ByteOrder.nativeOrder());
            header.encode(again, 0);
            assertThat(again.array()).isEqualTo(real);
        }
    }

    @Test
    void aDamagedHeaderIsNoHeader() throws Exception {
        RealWal.write(directory, 4096, "create table t(v)");
        byte[] real = Files.readAllBytes(directory.resolve("shm"));
        Random random = new Random(SEED);
        for (int round = 0; round < 500; round++) {
            byte[] mutated = real.clone();
            int at = random.nextInt(WalIndexHeader.BYTES);
            mutated[at] ^= (byte) (1 << random.nextInt(8));
            ByteBuffer bytes = ByteBuffer.wrap(mutated).order(ByteOrder.nativeOrder());
            assertThat(WalIndexHeader.decode(bytes, 0))
                    .as("replsqlite.test.seed=%d byte %d", SEED, at)
                    .isNull();
            WalIndexInspector found = WalIndexInspector.inspect(bytes);
            assertThat(found.toMap()).containsEntry("header", "one copy invalid");
            assertThat(found.lines()).contains("maxFrame: 2");
        }
    }

    @Test
    void theInspectorEndsCalmlyOnAnyBytes() {
        Random random = new Random(SEED);
        for (int round = 0; round < 200; round++) {
            byte[] bytes = new byte[random.nextInt(400)];
            random.nextBytes(bytes);
            assertThat(WalIndexInspector.inspect(ByteBuffer.wrap(bytes)).lines())
                    .as("replsqlite.test.seed=%d round %d", SEED, round)
                    .isNotEmpty();
        }
    }
}
