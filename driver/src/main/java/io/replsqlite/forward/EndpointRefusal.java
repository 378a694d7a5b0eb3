package io.replsqlite.forward;

import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ErrorResponse.Kind;
import io.replsqlite.wire.WireCodec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import okhttp3.Response;

/**
 * What a node's endpoint refuses before a database sees the request: the token, the size, the form. It says so to people,
 * as JSON or text, and nothing was executed.
 */
final class EndpointRefusal {
    private static final int SERVER_ERRORS = 500;
    private static final int TEXT_BYTES = 2000;

    /** The node closes a connection that was idle for too long, or did not bring its request in time. */
    private static final int REQUEST_TIMEOUT = 408;

    private EndpointRefusal() {}

    /** @throws IOException if it cannot be known what became of the request */
    static <T> Attempt<T> attempt(Response response, InputStream body, WireCodec codec) throws IOException {
        return isOfEndpoint(response) && response.code() == REQUEST_TIMEOUT
                ? Attempt.NotExecuted.unreachable(text(body)) // of the connection, not of the node: another may do
                : Attempt.ofRefusal(error(response, body, codec));
    }

    /** @throws IOException if it cannot be known what became of the request */
    static ErrorResponse error(Response response, InputStream body, WireCodec codec) throws IOException {
        if (!isOfEndpoint(response)) {
            return codec.decodeError(body);
        }
        for (Kind kind : Kind.values()) {
            if (kind.httpStatus() == response.code()) {
                return ErrorResponse.of(kind, text(body));
            }
        }
        return ErrorResponse.of(Kind.BAD_REQUEST, "HTTP status " + response.code() + ": " + text(body));
    }

    /** A failure of the node may have come after the request was executed. */
    private static boolean isOfEndpoint(Response response) {
        boolean byDatabase = WireCodec.CBOR_TYPE.equals(response.header("Content-Type"));
        return !byDatabase && response.code() >= 400 && response.code() < SERVER_ERRORS;
    }

    private static String text(InputStream body) throws IOException {
        return new String(body.readNBytes(TEXT_BYTES), StandardCharsets.UTF_8);
    }
}
