package io.replsqlite.forward;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.WireCodec;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import okhttp3.Response;

/** What a node's endpoint answers before it knows what is asked: no valid token, too much, not in the clear. */
final class EndpointRefusal {
    private static final ObjectMapper JSON = new ObjectMapper();

    private EndpointRefusal() {}

    /** Only statuses that say that nothing was executed; behind any other, anything can have happened. */
    static boolean isOne(Response response) {
        String type = response.header("Content-Type");
        boolean json = type != null && type.startsWith(WireCodec.JSON_TYPE);
        return json && response.code() >= 400 && response.code() < 500;
    }

    static ErrorResponse read(int status, InputStream body) throws IOException {
        JsonNode answer = JSON.readTree(body);
        ErrorResponse.Kind kind = Arrays.stream(ErrorResponse.Kind.values())
                .filter(known -> known.httpStatus() == status)
                .findFirst()
                .orElse(ErrorResponse.Kind.BAD_REQUEST);
        return ErrorResponse.of(kind, answer.path("message").asText("the node answered with HTTP status " + status));
    }
}
