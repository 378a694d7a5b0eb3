package io.replsqlite.server.election;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ElectionCodecTest {
    @Test
    void whatIsEncodedIsDecoded() throws Exception {
        PromiseRequest request =
                new PromiseRequest(new Epoch(7), "node1", Set.of("node1", "node2"), Duration.ofSeconds(1));
        assertThat(ElectionCodec.decodeRequest(ElectionCodec.encode(request))).isEqualTo(request);

        Position head = new Position(new Epoch(3), new Txid(5), StateChecksum.EMPTY);
        PromiseReply promised = new PromiseReply.Promised(new NodeReport(
                "node2",
                true,
                4,
                List.of(
                        new Holding("app", new UUID(1, 2), false, head),
                        new Holding("gone", new UUID(1, 3), true, null),
                        new Holding("heard-of", new UUID(1, 4), false, null))));
        assertThat(ElectionCodec.decodeReply(ElectionCodec.encode(promised))).isEqualTo(promised);
        PromiseReply handing = new PromiseReply.Promised(new NodeReport("node1", true, 4, List.of()).handedOver());
        assertThat(ElectionCodec.decodeReply(ElectionCodec.encode(handing))).isEqualTo(handing);

        PromiseReply refused = new PromiseReply.Refused("node3", new Epoch(9));
        assertThat(ElectionCodec.decodeReply(ElectionCodec.encode(refused))).isEqualTo(refused);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{\"epoch\":1}",
                "{\"epoch\":0,\"candidate\":\"a\"}",
                "{\"epoch\":-1,\"candidate\":\"a\"}",
                "{\"epoch\":\"x\",\"candidate\":\"a\"}",
                "{\"epoch\":1,\"candidate\":\"\"}"
            })
    void aMalformedRequestIsRefused(String text) {
        assertThatThrownBy(() -> ElectionCodec.decodeRequest(text.getBytes(UTF_8)))
                .isInstanceOf(IOException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"node\":\"a\"}",
                "{\"promised\":true}",
                "{\"promised\":false,\"node\":\"a\"}",
                "{\"promised\":true,\"node\":\"a\",\"databases\":[{\"name\":\"app\"}]}",
                "{\"promised\":true,\"node\":\"a\",\"databases\":[{\"name\":\"app\","
                        + "\"id\":\"00000000-0000-0000-0000-000000000001\",\"head\":\"5\"}]}"
            })
    void aMalformedReplyIsRefused(String text) {
        assertThatThrownBy(() -> ElectionCodec.decodeReply(text.getBytes(UTF_8)))
                .isInstanceOf(IOException.class);
    }
}
