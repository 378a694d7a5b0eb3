package io.replsqlite.server.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import io.replsqlite.server.log.Tenure;
import io.replsqlite.server.stream.CommonAnswer.Reach;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RewindCodecTest {
    private static final UUID ID = new UUID(1, 2);
    private static final Position AT = new Position(new Epoch(3), new Txid(77), new StateChecksum(Long.MIN_VALUE | 99));

    private static BitSet pages(int... numbers) {
        BitSet pages = new BitSet();
        Arrays.stream(numbers).forEach(pages::set);
        return pages;
    }

    private static byte[] rewind(int keptPages, int... numbers) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RewindRequest request = new RewindRequest(ID, AT, keptPages, pages(numbers));
        request.encode(out);
        assertThat(out.size()).isEqualTo((int) request.encodedBytes());
        return out.toByteArray();
    }

    private static RewindRequest decode(byte[] bytes) throws IOException {
        return RewindRequest.decode(new ByteArrayInputStream(bytes));
    }

    @Test
    void whatIsAskedArrives() throws Exception {
        assertThat(decode(rewind(900, 1, 7, 900))).isEqualTo(new RewindRequest(ID, AT, 900, pages(1, 7, 900)));
        assertThat(decode(rewind(Integer.MAX_VALUE - 1)).changed().isEmpty()).isTrue();
        CommonRequest request = new CommonRequest(
                ID,
                AT,
                List.of(
                        new Tenure(new Epoch(1), new Txid(2), "a", null),
                        new Tenure(new Epoch(3), new Txid(70), "b", "http://b")));
        assertThat(CommonRequest.decode(request.encode())).isEqualTo(request);
        for (Reach reach : Reach.values()) {
            CommonAnswer answer = new CommonAnswer(reach, AT);
            assertThat(CommonAnswer.decode(answer.encode())).isEqualTo(answer);
        }
    }

    @Test
    void whatCannotBeIsRefused() throws Exception {
        byte[] beyond = rewind(900, 1, 7, 900);
        beyond[51] = 100;
        beyond[50] = 0;
        assertThatThrownBy(() -> decode(beyond))
                .isInstanceOf(StreamFormatException.class)
                .hasMessageContaining("900");
        byte[] twice = rewind(900, 7, 8);
        twice[twice.length - 1] = 7;
        assertThatThrownBy(() -> decode(twice)).isInstanceOf(StreamFormatException.class);
        byte[] greedy = rewind(900, 7, 8);
        greedy[52] = 0x7f;
        assertThatThrownBy(() -> decode(greedy)).isInstanceOf(StreamFormatException.class);
        byte[] common = new CommonRequest(ID, AT, List.of(new Tenure(new Epoch(1), new Txid(2), "a", null))).encode();
        for (int length = 0; length < common.length; length++) {
            byte[] cut = Arrays.copyOf(common, length);
            assertThatThrownBy(() -> CommonRequest.decode(cut)).isInstanceOf(StreamFormatException.class);
        }
        assertThatThrownBy(() -> CommonAnswer.decode(new byte[CommonAnswer.BYTES]))
                .isInstanceOf(StreamFormatException.class);
    }

    @Test
    void changedPagesTravelInAFrame() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        FrameWriter frames = new FrameWriter(out);
        frames.changedPages(pages());
        frames.changedPages(pages(3, 5, 1_000_000));
        FrameReader reader = new FrameReader(new ByteArrayInputStream(out.toByteArray()));
        assertThat(reader.next()).isEqualTo(FrameType.CHANGED_PAGES);
        BitSet arrived = new BitSet();
        reader.changedPages(arrived);
        assertThat(arrived).isEqualTo(pages(3, 5, 1_000_000));
    }
}
