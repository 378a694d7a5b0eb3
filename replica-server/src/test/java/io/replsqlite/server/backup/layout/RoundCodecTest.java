package io.replsqlite.server.backup.layout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RoundCodecTest {
    private static final UUID DATABASE = new UUID(7, 9);

    private static RoundCommit commit(long txid, byte[] ltx) {
        Position position = new Position(new Epoch(3), new Txid(txid), new StateChecksum(Long.MIN_VALUE | txid));
        return new RoundCommit(position, 1000 * txid, ltx);
    }

    private static Round round() {
        List<RoundCommit> commits = List.of(commit(5, new byte[] {1, 2, 3}), commit(6, new byte[] {4}));
        return new Round(Round.Kind.COMMITS, DATABASE, new Epoch(4), new Txid(5), commits);
    }

    @Test
    void aRoundComesBackAsItWas() throws Exception {
        Round back = RoundCodec.decode("key", RoundCodec.encode(round()));
        assertThat(back).usingRecursiveComparison().isEqualTo(round());
        assertThat(back.holdsEachCommit()).isTrue();
        assertThat(back.file()).hasToString("0000000000000005-0000000000000006.ltx");
    }

    @Test
    void aBaseStandsForTheTxidsBeforeIt() throws Exception {
        Round base = new Round(Round.Kind.BASE, DATABASE, new Epoch(4), new Txid(3), List.of(commit(9, null)));
        Round back = RoundCodec.decode("key", RoundCodec.encode(base));
        assertThat(back).usingRecursiveComparison().isEqualTo(base);
        assertThat(back.file()).hasToString("0000000000000001-0000000000000009.ltx");
        assertThat(back.level()).isEqualTo(9);
    }

    @Test
    void aPointComesBackAsItWas() throws Exception {
        byte[] bytes = RoundCodec.encodePoint(commit(8, null));
        assertThat(RoundCodec.decodePoint("key", bytes)).isEqualTo(commit(8, null));
    }

    @Test
    void everyChangedBitIsSeen() {
        byte[] round = RoundCodec.encode(round());
        byte[] point = RoundCodec.encodePoint(commit(8, null));
        for (int bit = 0; bit < round.length * 8; bit++) {
            byte[] damaged = flipped(round, bit);
            assertThatThrownBy(() -> RoundCodec.decode("the key", damaged))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the key");
        }
        for (int bit = 0; bit < point.length * 8; bit++) {
            byte[] damaged = flipped(point, bit);
            assertThatThrownBy(() -> RoundCodec.decodePoint("key", damaged)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void everyCutIsSeen() {
        byte[] round = RoundCodec.encode(round());
        for (int length = 0; length < round.length; length++) {
            byte[] cut = Arrays.copyOf(round, length);
            assertThatThrownBy(() -> RoundCodec.decode("key", cut)).isInstanceOf(IOException.class);
        }
    }

    private static byte[] flipped(byte[] bytes, int bit) {
        byte[] damaged = bytes.clone();
        damaged[bit / 8] ^= (byte) (1 << bit % 8);
        return damaged;
    }
}
