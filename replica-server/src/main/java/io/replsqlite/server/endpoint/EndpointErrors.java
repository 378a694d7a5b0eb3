package io.replsqlite.server.endpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** What Jetty itself refuses, before a request reaches {@link RequestDispatch}, in the same form as what that refuses. */
final class EndpointErrors extends ErrorHandler {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final EndpointLimits limits;

    EndpointErrors(EndpointLimits limits) {
        this.limits = limits;
    }

    @Override
    protected void generateResponse(
            Request request,
            Response response,
            int status,
            @Nullable String message,
            @Nullable Throwable cause,
            Callback callback)
            throws IOException {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        Content.Sink.write(response, true, text(status, message), callback);
    }

    private String text(int status, @Nullable String message) throws IOException {
        Map<String, String> body = new LinkedHashMap<>();
        boolean tooLarge =
                status == HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431 || status == HttpStatus.URI_TOO_LONG_414;
        body.put("error", tooLarge ? "headersTooLarge" : "badRequest");
        body.put(
                "message",
                tooLarge
                        ? "The request's line and headers have more than " + limits.maxHeaderBytes()
                                + " bytes; the limit is the setting max-header-bytes. Nothing was executed."
                        : "The request is no HTTP request that this node takes: " + message
                                + ". Nothing was executed. A client that speaks TLS needs a node that does.");
        return JSON.writeValueAsString(body);
    }
}
