package io.replsqlite.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Durability;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransactionStepTest {
    private static final RequestId ID = new RequestId(1, 2);

    private static WireCodec codec(String type) {
        return type.equals("cbor") ? WireCodec.cbor(WireLimits.DEFAULT) : WireCodec.json(WireLimits.DEFAULT);
    }

    private static InputStream in(byte[] bytes) {
        return new ByteArrayInputStream(bytes);
    }

    private static ExecuteRequest request() {
        return new ExecuteRequest(
                RequestId.random(),
                "app",
                ExecuteRequest.Kind.READ,
                List.of(ExecuteRequest.Statement.of("select 1")),
                3,
                true,
                Map.of(),
                new Epoch(1),
                2,
                new Txid(4),
                true,
                2500,
                Durability.QUORUM);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cbor", "json"})
    void keepsEveryActionWhole(String type) throws IOException {
        List<TransactionStep.Action> actions = List.of(
                new TransactionStep.Execute(request()),
                new TransactionStep.Upgrade(
                        new Epoch(3),
                        new Txid(4),
                        List.of(new RecordedRead("select ?", List.of(1L, "x", 2.5), 7, true, "ab")),
                        null,
                        20),
                new TransactionStep.Upgrade(new Epoch(3), new Txid(4), List.of(), "it has read too much", 0),
                new TransactionStep.Savepoint(TransactionStep.Verb.SAVEPOINT, "a \"b\""),
                new TransactionStep.Savepoint(TransactionStep.Verb.RELEASE, "a"),
                new TransactionStep.Savepoint(TransactionStep.Verb.ROLLBACK_TO, "a"),
                new TransactionStep.Fetch(7),
                new TransactionStep.Close(8),
                new TransactionStep.Commit(RequestId.random()),
                new TransactionStep.Commit(RequestId.random(), Durability.ALL),
                new TransactionStep.Rollback());
        for (TransactionStep.Action action : actions) {
            TransactionStep step = new TransactionStep(ID, 5, "app", Map.of("foreign_keys", "1"), new Epoch(9), action);
            assertThat(codec(type).decodeStep(in(codec(type).encode(step)))).isEqualTo(step);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cbor", "json"})
    void keepsCursorRequestsAndPagesWhole(String type) throws IOException {
        CursorRequest request = new CursorRequest(ID, "app", 3, true);
        assertThat(codec(type).decodeCursor(in(codec(type).encode(request)))).isEqualTo(request);
        ExecuteResponse.Rows rows = new ExecuteResponse.Rows(
                List.of(new ExecuteResponse.Column("a", "INTEGER", "t", 0, 0, 1, false)), List.of(List.of(1L)), 17);
        ExecuteResponse page = ExecuteResponse.page(ID, rows);
        assertThat(codec(type).decodeResponse(in(codec(type).encode(page)))).isEqualTo(page);
    }

    @Test
    void refusesAnActionWithoutWhatItNeeds() {
        for (String rest : new String[] {
            "\"action\":\"EXECUTE\"",
            "\"action\":\"FETCH\"",
            "\"action\":\"UPGRADE\",\"snapshotEpoch\":1",
            "\"action\":\"UPGRADE\",\"snapshotEpoch\":1,\"snapshotTxid\":1,\"reads\":[{\"sql\":\"select 1\"}]",
            "\"action\":\"COMMIT\"",
            "\"action\":\"SAVEPOINT\"",
            "\"action\":\"SAVEPOINT\",\"savepoint\":\"\"",
            "\"action\":\"JUMP\",\"savepoint\":\"a\"",
            "\"cursor\":1"
        }) {
            assertThatThrownBy(() -> decode(1, rest)).as(rest).isInstanceOf(WireException.class);
        }
    }

    @Test
    void refusesASequenceNumberBelowOne() throws IOException {
        assertThat(decode(1, "\"action\":\"ROLLBACK\"").isFirst()).isTrue();
        assertThatThrownBy(() -> decode(0, "\"action\":\"ROLLBACK\"")).isInstanceOf(WireException.class);
    }

    private static TransactionStep decode(long sequence, String rest) throws IOException {
        String json =
                "{\"transaction\":\"" + ID + "\",\"sequence\":" + sequence + ",\"database\":\"app\"," + rest + "}";
        return codec("json").decodeStep(in(json.getBytes(StandardCharsets.UTF_8)));
    }
}
