package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Durability;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import io.replsqlite.wire.CursorRequest;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteRequest.Kind;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.ExecuteResponse.Rows;
import io.replsqlite.wire.RequestId;
import io.replsqlite.wire.WireCodec;
import io.replsqlite.wire.WireLimits;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A read that a network delivers twice: whichever of the two answers its client hears, it can go on from there. (A torture
 * run with the fault {@code twice} found the second one refused, and then it was that refusal which the client heard.)
 */
class ReadTwiceTest extends NodesFixture {
    private static final WireCodec CODEC = WireCodec.cbor(WireLimits.DEFAULT);
    private static final String MANY_ROWS =
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < 200000) select i from n";

    private ReplicaNode node;

    @BeforeEach
    void startNode() throws Exception {
        node = start("one");
    }

    private static ExecuteRequest read(RequestId id) {
        return new ExecuteRequest(
                id,
                "app",
                Kind.READ,
                List.of(ExecuteRequest.Statement.of(MANY_ROWS)),
                0,
                false,
                Map.of(),
                Epoch.NONE,
                1,
                Txid.ZERO,
                true,
                10_000,
                Durability.LOCAL);
    }

    private Rows post(String route, byte[] body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(node.url() + "/v1/databases/app/" + route))
                .header("Authorization", "Bearer a-token-that-both-nodes-know")
                .header("Accept", WireCodec.CBOR_TYPE)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        HttpResponse<byte[]> response =
                HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(200);
        ExecuteResponse answer = CODEC.decodeResponse(new ByteArrayInputStream(response.body()));
        return answer.rows();
    }

    @Test
    void bothAreAnsweredAndEachGoesOnForItself() throws Exception {
        RequestId id = RequestId.random();
        Rows first = post("execute", CODEC.encode(read(id)));
        Rows second = post("execute", CODEC.encode(read(id)));
        assertThat(second.isComplete()).isFalse();
        assertThat(second.cursor()).isNotEqualTo(first.cursor());
        assertThat(second.values()).isEqualTo(first.values());
        Rows afterFirst = post("cursors", CODEC.encode(new CursorRequest(id, "app", first.cursor(), false)));
        Rows afterSecond = post("cursors", CODEC.encode(new CursorRequest(id, "app", second.cursor(), false)));
        assertThat(afterSecond.values()).isEqualTo(afterFirst.values()).isNotEqualTo(first.values());
    }
}
