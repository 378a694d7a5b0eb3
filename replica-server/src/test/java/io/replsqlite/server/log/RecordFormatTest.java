package io.replsqlite.server.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import io.replsqlite.server.wal.WalMark;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class RecordFormatTest {
    private static final LocalHeader LOCAL = new LocalHeader(4711, 900, 4000, 3000, 17, new WalMark(1, -2, 3, -4, 5));
    private static final BodyHeader BODY = new BodyHeader(
            RecordKind.COMMIT,
            65536,
            new Epoch(3),
            new Txid(9),
            LogFixture.checksum(8),
            LogFixture.checksum(9),
            1234,
            77,
            10,
            20,
            0x01020304);

    @Test
    void aLocalHeaderIsValidOnlyAtItsOffsetInItsSegment() {
        ByteBuffer bytes = ByteBuffer.allocate(72);
        LOCAL.encode(bytes, 99);
        assertThat(LocalHeader.decode(bytes, 0, 4711, 99)).isEqualTo(LOCAL);
        assertThat(LocalHeader.decode(bytes, 0, 4712, 99)).isNull();
        assertThat(LocalHeader.decode(bytes, 0, 4711, 98)).isNull();
    }

    @Test
    void noHeaderSurvivesAFlippedBit() {
        ByteBuffer local = ByteBuffer.allocate(72);
        LOCAL.encode(local, 99);
        ByteBuffer body = ByteBuffer.allocate(72);
        BODY.encode(body, 0);
        assertThat(BodyHeader.decode(body, 0)).isEqualTo(BODY);
        for (int bit = 0; bit < 72 * 8; bit++) {
            flip(local, bit);
            flip(body, bit);
            assertThat(LocalHeader.decode(local, 0, 4711, 99)).as("bit %d", bit).isNull();
            assertThat(BodyHeader.decode(body, 0)).as("bit %d", bit).isNull();
            flip(local, bit);
            flip(body, bit);
        }
    }

    private static void flip(ByteBuffer bytes, int bit) {
        bytes.put(bit / 8, (byte) (bytes.get(bit / 8) ^ 1 << (bit % 8)));
    }

    @Test
    void theBytesStandWhereThePackageDocumentationSays() {
        ByteBuffer bytes = ByteBuffer.allocate(72);
        BODY.encode(bytes, 0);
        assertThat(bytes.get(0)).isEqualTo((byte) 1);
        assertThat(bytes.get(1)).isEqualTo((byte) 1);
        assertThat(bytes.getInt(4)).isEqualTo(65536);
        assertThat(bytes.getLong(8)).isEqualTo(3);
        assertThat(bytes.getLong(16)).isEqualTo(9);
        assertThat(bytes.getLong(24)).isEqualTo(LogFixture.checksum(8).bits());
        assertThat(bytes.getLong(32)).isEqualTo(LogFixture.checksum(9).bits());
        assertThat(bytes.getLong(40)).isEqualTo(1234);
        assertThat(bytes.getInt(48)).isEqualTo(77);
        assertThat(bytes.getInt(52)).isEqualTo(10);
        assertThat(bytes.getLong(56)).isEqualTo(20);
        assertThat(BODY.bodyLength()).isEqualTo(72 + 10 + 20 + 4);
    }
}
