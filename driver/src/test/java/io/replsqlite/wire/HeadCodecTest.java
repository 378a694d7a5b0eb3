package io.replsqlite.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.EpochHistory;
import io.replsqlite.base.Txid;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadCodecTest {
    private static final List<WireCodec> CODECS =
            List.of(WireCodec.cbor(WireLimits.DEFAULT), WireCodec.json(WireLimits.DEFAULT));

    private static InputStream in(byte[] bytes) {
        return new ByteArrayInputStream(bytes);
    }

    @Test
    void aHeadIsReadAsItWasWritten() throws Exception {
        HeadResponse head = new HeadResponse(new UUID(1, -2), new Epoch(Long.MAX_VALUE), new Txid(7));
        for (WireCodec codec : CODECS) {
            assertThat(codec.decodeHead(in(codec.encode(head)))).isEqualTo(head);
        }
    }

    @Test
    void aHistoryIsReadAsItWasWritten() throws Exception {
        EpochHistory history = new EpochHistory(List.of(
                new EpochHistory.Start(new Epoch(1), new Txid(1)),
                new EpochHistory.Start(new Epoch(9), new Txid(1L << 40))));
        for (WireCodec codec : CODECS) {
            assertThat(codec.decodeHistory(in(codec.encode(history)))).isEqualTo(history);
            EpochHistory empty = new EpochHistory(List.of());
            assertThat(codec.decodeHistory(in(codec.encode(empty)))).isEqualTo(empty);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"epoch\":1,\"txid\":1}",
                "{\"databaseId\":\"x\",\"epoch\":1,\"txid\":1}",
                "{\"databaseId\":\"00000000-0000-0001-0000-000000000002\",\"epoch\":-1,\"txid\":1}",
                "{\"databaseId\":\"00000000-0000-0001-0000-000000000002\",\"epoch\":1,\"txid\":1,\"more\":1}",
                "{\"databaseId\":\"00000000-0000-0001-0000-000000000002\"",
                "[]"
            })
    void aHeadThatMakesNoSenseIsRefused(String json) {
        assertThatThrownBy(() -> CODECS.get(1).decodeHead(in(json.getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(WireException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"epochs\":[{\"epoch\":2,\"first\":1},{\"epoch\":1,\"first\":1}]}",
                "{\"epochs\":[{\"epoch\":2,\"first\":-1}]}",
                "{\"epochs\":[2]}",
                "{\"tenures\":[]}"
            })
    void aHistoryThatMakesNoSenseIsRefused(String json) {
        assertThatThrownBy(() -> CODECS.get(1).decodeHistory(in(json.getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(WireException.class);
    }
}
