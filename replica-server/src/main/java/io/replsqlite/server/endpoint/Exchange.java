package io.replsqlite.server.endpoint;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Fields;
import org.jspecify.annotations.Nullable;

/** One request and its answer. For one thread. */
public final class Exchange {
    private final Request request;
    private final Response response;
    private final String variable;
    private final long maxBodyBytes;

    Exchange(Request request, Response response, String variable, long maxBodyBytes) {
        this.request = request;
        this.response = response;
        this.variable = variable;
        this.maxBodyBytes = maxBodyBytes;
    }

    /** What stood for {@code *} in the route's path; empty if the path has none. */
    public String variable() {
        return variable;
    }

    public @Nullable String header(String name) {
        return request.getHeaders().get(name);
    }

    public @Nullable String query(String name) {
        Fields fields = Request.extractQueryParameters(request, StandardCharsets.UTF_8);
        return fields.getValue(name);
    }

    /** The whole body. @throws RefusedException 413 if it is larger than the limit, 400 if it ends early */
    public byte[] body() throws IOException {
        long announced = request.getLength();
        if (announced > maxBodyBytes) {
            throw tooLarge(announced);
        }
        try (InputStream in = bodyStream()) {
            byte[] body = in.readNBytes((int) Math.min(Integer.MAX_VALUE - 8, maxBodyBytes + 1));
            if (body.length > maxBodyBytes) {
                throw tooLarge(body.length);
            }
            return body;
        } catch (EOFException early) {
            throw new RefusedException(
                    400,
                    "truncatedBody",
                    "The request's body ended before its announced length. Nothing was executed.");
        }
    }

    private RefusedException tooLarge(long bytes) {
        return new RefusedException(
                413,
                "requestTooLarge",
                "The request has " + (bytes > maxBodyBytes ? "more than " + maxBodyBytes : bytes + "")
                        + " bytes; the limit is the setting max-request-bytes. Nothing was executed.");
    }

    /** The body as a stream, without a limit: for routes that bound what they read themselves. */
    public InputStream bodyStream() {
        return Content.Source.asInputStream(request);
    }

    /** Adds a header to the answer; before the answer begins. */
    public void answerHeader(String name, String value) {
        response.getHeaders().put(name, value);
    }

    public void answer(int status, String contentType, byte[] body) throws IOException {
        response.setStatus(status);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, body.length);
        try (OutputStream out = Content.Sink.asOutputStream(response)) {
            out.write(body);
        }
    }

    /** Starts an answer of unknown length; flushing sends what is there. Closing ends it. */
    public OutputStream answerStream(String contentType) {
        response.setStatus(200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
        return Content.Sink.asOutputStream(response);
    }
}
