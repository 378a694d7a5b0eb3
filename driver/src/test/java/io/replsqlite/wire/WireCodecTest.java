package io.replsqlite.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WireCodecTest {
    private static WireCodec codec(String type) {
        return type.equals("cbor") ? WireCodec.cbor(WireLimits.DEFAULT) : WireCodec.json(WireLimits.DEFAULT);
    }

    private static ByteArrayInputStream in(byte[] bytes) {
        return new ByteArrayInputStream(bytes);
    }

    private static Object randomValue(Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> null;
            case 1 -> random.nextLong();
            case 2 -> (long) random.nextInt(100);
            case 3 -> random.nextDouble();
            case 4 -> Double.NEGATIVE_INFINITY;
            case 5 -> (double) random.nextInt(100);
            case 6 -> "tëxt 😀 " + random.nextInt();
            default -> {
                byte[] blob = new byte[random.nextInt(50)];
                random.nextBytes(blob);
                yield blob;
            }
        };
    }

    private static List<Object> randomRow(Random random, int size) {
        List<Object> row = new ArrayList<>();
        for (int index = 0; index < size; index++) {
            row.add(randomValue(random));
        }
        return row;
    }

    private static void assertRowsEqual(List<? extends List<?>> actual, List<? extends List<?>> expected, String seed) {
        assertThat(Arrays.deepEquals(
                        actual.stream().map(List::toArray).toArray(),
                        expected.stream().map(List::toArray).toArray()))
                .as(seed + ": " + actual + " is not " + expected)
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cbor", "json"})
    void keepsRequestsWhole(String type) throws IOException {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 100; round++) {
            List<List<Object>> entries = new ArrayList<>();
            for (int entry = 0; entry <= random.nextInt(4); entry++) {
                entries.add(randomRow(random, 5));
            }
            ExecuteRequest request = new ExecuteRequest(
                    RequestId.random(),
                    "app",
                    ExecuteRequest.Kind.BATCH,
                    List.of(new ExecuteRequest.Statement("insert", entries), ExecuteRequest.Statement.of("select 1")),
                    random.nextInt(10),
                    random.nextBoolean(),
                    Map.of("foreign_keys", "on"),
                    new Epoch(random.nextInt(10)),
                    1 + random.nextInt(5),
                    new Txid(random.nextInt(100)));
            ExecuteRequest read = codec(type).decodeRequest(in(codec(type).encode(request)));
            assertThat(read.id()).isEqualTo(request.id());
            assertThat(read.attempt()).isEqualTo(request.attempt());
            assertThat(read.since()).isEqualTo(request.since());
            assertThat(read.settings()).isEqualTo(request.settings());
            assertThat(read.maxRows()).isEqualTo(request.maxRows());
            assertThat(read.epoch()).isEqualTo(request.epoch());
            assertRowsEqual(read.statements().get(0).parameters(), entries, "seed " + seed + " round " + round);
            assertThat(read.statements().get(1)).isEqualTo(request.statements().get(1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cbor", "json"})
    void keepsResponsesAndErrorsWhole(String type) throws IOException {
        Random random = new Random(42);
        ErrorResponse error = new ErrorResponse(
                ErrorResponse.Kind.SQL, "[SQLITE_X] é", 2067, 19, "23505", false, RequestId.random(), "http://x");
        List<List<Object>> rows = List.of(randomRow(random, 2), randomRow(random, 2));
        ExecuteResponse response = new ExecuteResponse(
                RequestId.random(),
                new Epoch(4),
                new Txid(9),
                List.of(1L, 0L),
                3,
                Long.MAX_VALUE,
                true,
                new ExecuteResponse.Rows(
                        List.of(
                                new ExecuteResponse.Column("a", "INTEGER", "t", 0, 0, 1, true),
                                new ExecuteResponse.Column("a+1", "", "", 10, 2, 0, false)),
                        rows),
                error);
        ExecuteResponse read = codec(type).decodeResponse(in(codec(type).encode(response)));
        assertThat(read.failure()).isEqualTo(error);
        assertThat(read.counts()).isEqualTo(response.counts());
        assertThat(read.rows().columns()).isEqualTo(response.rows().columns());
        assertRowsEqual(read.rows().values(), rows, "seed 42");
        assertThat(codec(type).decodeError(in(codec(type).encode(error)))).isEqualTo(error);
    }

    @Test
    void takesWhatAPersonTypes() throws IOException {
        String json = "{\"id\":\"" + "0".repeat(32) + "\",\"database\":\"app\",\"kind\":\"WRITE\",\"statements\":"
                + "[{\"sql\":\"insert into t values(?)\",\"parameters\":[[{\"blob\":\"AQI=\"}]]}]}";
        ExecuteRequest request = codec("json").decodeRequest(in(json.getBytes(StandardCharsets.UTF_8)));
        assertThat((byte[]) request.statements().get(0).parameters().get(0).get(0))
                .containsExactly(1, 2);
        assertThat(request.maxRows()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{}",
                "{\"id\":1}",
                "{\"nonsense\":1}",
                "{\"database\":\"a\",\"database\":\"a\"}",
                "{\"epoch\":1.5}",
                "{\"kind\":\"OTHER\"}",
                "{\"statements\":[{\"sql\":\"x\",\"parameters\":[[[]]]}]}",
                "{\"epoch\":99999999999999999999}",
                "{\"statements\":[{\"sql\":\"x\",\"parameters\":[]}]}"
            })
    void refusesEverythingElse(String json) {
        assertThatThrownBy(() -> codec("json").decodeRequest(in(json.getBytes(StandardCharsets.UTF_8))))
                .isInstanceOf(WireException.class);
    }

    @Test
    void refusesWhatExceedsALimit() {
        WireLimits small = new WireLimits(10_000, 100, 2, 2, 2);
        ExecuteRequest request = new ExecuteRequest(
                RequestId.random(),
                "app",
                ExecuteRequest.Kind.WRITE,
                List.of(new ExecuteRequest.Statement("x", List.of(List.of(1L, 2L, 3L)))),
                0,
                false,
                Map.of(),
                Epoch.NONE,
                1,
                Txid.ZERO);
        assertThatThrownBy(() ->
                        WireCodec.cbor(small).decodeRequest(in(codec("cbor").encode(request))))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("more than 2 values");
        ExecuteRequest longText = new ExecuteRequest(
                RequestId.random(),
                "app",
                ExecuteRequest.Kind.WRITE,
                List.of(ExecuteRequest.Statement.of("x".repeat(5000))),
                0,
                false,
                Map.of(),
                Epoch.NONE,
                1,
                Txid.ZERO);
        assertThatThrownBy(() ->
                        WireCodec.cbor(small).decodeRequest(in(codec("cbor").encode(longText))))
                .isInstanceOf(WireException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cbor", "json"})
    void survivesMutatedMessages(String type) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        ExecuteRequest request = new ExecuteRequest(
                RequestId.random(),
                "app",
                ExecuteRequest.Kind.WRITE,
                List.of(new ExecuteRequest.Statement("insert", List.of(randomRow(random, 6)))),
                0,
                true,
                Map.of("a", "b"),
                Epoch.NONE,
                1,
                Txid.ZERO);
        byte[] good = codec(type).encode(request);
        for (int round = 0; round < 3000; round++) {
            byte[] bad = Arrays.copyOf(good, random.nextInt(4) == 0 ? random.nextInt(good.length) : good.length);
            for (int change = 0; bad.length > 0 && change <= random.nextInt(3); change++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            try {
                codec(type).decodeRequest(in(bad));
            } catch (IOException expected) {
                assertThat(expected.getMessage()).isNotNull();
            } catch (RuntimeException e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }
    }
}
