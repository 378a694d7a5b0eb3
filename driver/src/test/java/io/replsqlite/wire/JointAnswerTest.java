package io.replsqlite.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
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

class JointAnswerTest {
    private static final int ROUNDS = 3_000;

    private static WireCodec codec(String type) {
        return type.equals("cbor") ? WireCodec.cbor(WireLimits.DEFAULT) : WireCodec.json(WireLimits.DEFAULT);
    }

    private static ExecuteRequest insert(long value) {
        return new ExecuteRequest(
                RequestId.random(),
                "app",
                ExecuteRequest.Kind.WRITE,
                List.of(new ExecuteRequest.Statement("insert into t values (?)", List.of(List.of(value)))),
                0,
                true,
                Map.of("foreign_keys", "on"),
                new Epoch(3),
                1,
                new Txid(7));
    }

    private static byte[] requests(WireCodec codec, List<ExecuteRequest> requests) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        requests.forEach(request -> all.writeBytes(codec.encode(request)));
        return all.toByteArray();
    }

    private static byte[] answers(WireCodec codec, List<JointAnswer> answers) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        answers.forEach(answer -> all.writeBytes(codec.encode(answer)));
        return all.toByteArray();
    }

    private static List<JointAnswer> someAnswers() {
        ErrorResponse error = ErrorResponse.of(ErrorResponse.Kind.SQL, "no").withId(RequestId.random());
        ExecuteResponse response =
                new ExecuteResponse(RequestId.random(), new Epoch(1), new Txid(9), List.of(1L), 1, 5, true, null, null);
        return List.of(JointAnswer.of(2, response), JointAnswer.of(0, error), JointAnswer.of(1, response));
    }

    private static List<JointAnswer> decoded(WireCodec codec, byte[] bytes) throws IOException {
        List<JointAnswer> found = new ArrayList<>();
        codec.decodeAnswers(new ByteArrayInputStream(bytes), found::add);
        return found;
    }

    @ParameterizedTest
    @ValueSource(strings = {"cbor", "json"})
    void requestsAndAnswersStandOneBehindTheOther(String type) throws IOException {
        WireCodec codec = codec(type);
        List<ExecuteRequest> requests = List.of(insert(1), insert(2), insert(3));
        assertThat(codec.decodeRequests(new ByteArrayInputStream(requests(codec, requests))))
                .isEqualTo(requests);
        List<JointAnswer> answers = someAnswers();
        assertThat(decoded(codec, answers(codec, answers))).isEqualTo(answers);
    }

    @Test
    void aMessageHoldsAtLeastOneRequestAndAtMostSoMany() {
        WireCodec codec = codec("cbor");
        List<ExecuteRequest> many = new ArrayList<>();
        for (int i = 0; i <= JointAnswer.MAX_ENTRIES; i++) {
            many.add(insert(i));
        }
        assertThatThrownBy(() -> codec.decodeRequests(new ByteArrayInputStream(requests(codec, many))))
                .isInstanceOf(WireLimitException.class)
                .hasMessageContaining("128 requests");
        assertThatThrownBy(() -> codec.decodeRequests(new ByteArrayInputStream(new byte[0])))
                .isInstanceOf(WireException.class)
                .hasMessageContaining("no request");
    }

    @Test
    void anAnswerIsAResponseOrAnError() {
        String both = "{\"entry\":0,\"error\":{\"kind\":\"SQL\",\"message\":\"\"},\"response\":{\"id\":\""
                + "0".repeat(32) + "\"}}";
        for (String bad : List.of("{\"entry\":0}", "{\"entry\":128}", "{\"entry\":-1}", "{}", "[]", both)) {
            assertThatThrownBy(() -> decoded(codec("json"), bad.getBytes(StandardCharsets.UTF_8)))
                    .as(bad)
                    .isInstanceOf(WireException.class);
        }
    }

    /** Whatever comes, it is understood or refused as malformed; what was read before stays read. */
    @ParameterizedTest
    @ValueSource(strings = {"cbor", "json"})
    void survivesMutatedMessages(String type) {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        WireCodec codec = codec(type);
        byte[] goodRequests = requests(codec, List.of(insert(1), insert(2)));
        byte[] goodAnswers = answers(codec, someAnswers());
        for (int round = 0; round < ROUNDS; round++) {
            try {
                List<ExecuteRequest> read =
                        codec.decodeRequests(new ByteArrayInputStream(mutated(goodRequests, random)));
                assertThat(read).isNotEmpty();
            } catch (IOException refused) {
                assertThat(refused.getMessage()).isNotNull();
            } catch (RuntimeException defect) {
                throw new AssertionError("requests, seed " + seed + ", round " + round, defect);
            }
            try {
                decoded(codec, mutated(goodAnswers, random))
                        .forEach(answer -> assertThat(answer.entry()).isBetween(0, JointAnswer.MAX_ENTRIES));
            } catch (IOException refused) {
                assertThat(refused.getMessage()).isNotNull();
            } catch (RuntimeException defect) {
                throw new AssertionError("answers, seed " + seed + ", round " + round, defect);
            }
        }
    }

    private static byte[] mutated(byte[] good, Random random) {
        byte[] bad = Arrays.copyOf(good, random.nextInt(4) == 0 ? random.nextInt(good.length) : good.length);
        for (int change = 0; bad.length > 0 && change <= random.nextInt(3); change++) {
            bad[random.nextInt(bad.length)] = (byte) random.nextInt();
        }
        return bad;
    }
}
