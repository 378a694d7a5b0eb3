package io.replsqlite.server.wal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WalHeaderTest {
    @TempDir
    Path directory;

    @Test
    void theHeaderThatSqliteWroteIsEncodedBackByteForByte() throws Exception {
        byte[] real = Files.readAllBytes(RealWal.write(directory, 2048, "create table t(v)"));
        WalHeader header = Objects.requireNonNull(WalHeader.decode(ByteBuffer.wrap(real)));
        ByteBuffer again = ByteBuffer.allocate(WalHeader.BYTES);
        header.encode(again);
        assertThat(header.pageSize()).isEqualTo(2048);
        assertThat(again.array()).isEqualTo(Arrays.copyOf(real, WalHeader.BYTES));
    }

    @Test
    void everyDamagedBitMakesItNoHeader() {
        ByteBuffer bytes = ByteBuffer.allocate(WalHeader.BYTES);
        new WalHeader(true, 65536, 7, 0x01020304, 0xfffefdfc).encode(bytes);
        for (int bit = 0; bit < WalHeader.BYTES * 8; bit++) {
            byte[] damaged = bytes.array().clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(WalHeader.decode(ByteBuffer.wrap(damaged)))
                    .as("bit %d", bit)
                    .isNull();
        }
        assertThat(WalHeader.decode(bytes)).isEqualTo(new WalHeader(true, 65536, 7, 0x01020304, 0xfffefdfc));
        assertThat(WalHeader.decode(ByteBuffer.allocate(31))).isNull();
    }

    @Test
    void onlySqlitesPageSizesAreAccepted() {
        assertThatThrownBy(() -> new WalHeader(false, 1000, 0, 0, 0)).hasMessageContaining("1000");
        assertThatThrownBy(() -> new WalHeader(false, 131072, 0, 0, 0)).hasMessageContaining("131072");
    }

    @Test
    void bothWordOrdersChecksumAsTheFormatSays() {
        ByteBuffer words = ByteBuffer.allocate(16);
        words.putInt(1).putInt(2).putInt(3).putInt(4);
        WalChecksum big = new WalChecksum(true);
        big.update(words, 0, 16);
        assertThat(new int[] {big.sum1(), big.sum2()}).containsExactly(7, 14);
        WalChecksum little = new WalChecksum(false);
        little.update(words, 0, 16);
        assertThat(new int[] {little.sum1(), little.sum2()}).containsExactly(7 << 24, 14 << 24);
        assertThatThrownBy(() -> big.update(words, 0, 12)).hasMessageContaining("12 bytes");
    }

    @Test
    void theLockPageFollowsFromThePageSize() {
        assertThat(LockPage.number(4096)).isEqualTo(262145);
        assertThat(LockPage.number(65536)).isEqualTo(16385);
        assertThat(LockPage.number(512)).isEqualTo(2097153);
    }
}
