package io.replsqlite.server.endpoint;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
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
    private final EndpointLimits limits;
    private final MonotonicClock clock;

    Exchange(Request request, Response response, String variable, EndpointLimits limits, MonotonicClock clock) {
        this.request = request;
        this.response = response;
        this.variable = variable;
        this.limits = limits;
        this.clock = clock;
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

    /** The whole body. @throws RefusedException 413 if it is too large, 408 if it is too slow, 400 if it ends early */
    public byte[] body() throws IOException {
        return new BodyReader(request, limits, Deadline.after(limits.arrivalTimeout(), clock)).read();
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
        Content.Sink.write(response, true, ByteBuffer.wrap(body)); // head and body in one packet, and the end with them
    }

    /** Starts an answer of unknown length; flushing sends what is there. Closing ends it. */
    public OutputStream answerStream(String contentType) {
        response.setStatus(200);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, contentType);
        return Content.Sink.asOutputStream(response);
    }
}
