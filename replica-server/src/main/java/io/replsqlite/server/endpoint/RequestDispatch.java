package io.replsqlite.server.endpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.replsqlite.base.MonotonicClock;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Every request, in this order: admit, authenticate, find the route, run it, turn what it throws into an answer. */
final class RequestDispatch extends Handler.Abstract {
    private static final Logger LOG = System.getLogger(RequestDispatch.class.getName());
    private static final ObjectMapper JSON = new ObjectMapper();

    private final EndpointSettings settings;
    private final Routes routes;
    private final BearerTokens tokens;
    private final ConnectionWatch watch;
    private final MonotonicClock clock;

    RequestDispatch(
            EndpointSettings settings,
            Routes routes,
            BearerTokens tokens,
            ConnectionWatch watch,
            MonotonicClock clock) {
        this.settings = settings;
        this.routes = routes;
        this.tokens = tokens;
        this.watch = watch;
        this.clock = clock;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        if (!watch.begins(request)) {
            callback.failed(new IOException("the connection was closed before its request was complete"));
            return true;
        }
        Request.addCompletionListener(request, ignored -> watch.ends(request));
        Exchange plain = exchange(request, response, "");
        try {
            admit(request, response);
            Routes.Match match = authenticatedRoute(request);
            match.route().handle(exchange(request, response, match.variable()));
            callback.succeeded();
        } catch (RefusedException refused) {
            answer(plain, refused, response, callback);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            answer(plain, new RefusedException(503, "stopping", "The node is stopping."), response, callback);
        } catch (IOException | RuntimeException failure) {
            if (response.isCommitted()) {
                // The peer went away in the middle of an answer, or must notice that it is cut.
                LOG.log(Level.DEBUG, "the answer to " + request.getHttpURI().getPath() + " was cut", failure);
                callback.failed(failure);
            } else {
                LOG.log(Level.WARNING, "the request " + request.getHttpURI().getPath() + " failed", failure);
                answer(plain, new RefusedException(500, "internal", String.valueOf(failure)), response, callback);
            }
        }
        return true;
    }

    private Exchange exchange(Request request, Response response, String variable) {
        return new Exchange(request, response, variable, settings.limits(), clock);
    }

    /** What is refused whoever asks. */
    private void admit(Request request, Response response) throws RefusedException {
        if (settings.tls() != null && !request.isSecure()) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
            throw new RefusedException(
                    400,
                    "tlsRequired",
                    "This port speaks TLS and the request came in the clear: use https://. Nothing was executed. If the"
                            + " request carried a token, whoever listens on the network has it now: replace it.");
        }
        if (watch.isOver()) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
            throw new RefusedException(
                    429,
                    "tooManyConnections",
                    "The node has more than " + settings.limits().maxConnections()
                            + " connections; the limit is the setting max-connections. Nothing was executed.");
        }
        if (request.getHeaders().contains(HttpHeader.CONTENT_ENCODING)) {
            throw new RefusedException(
                    415,
                    "encodedBody",
                    "The body is encoded (Content-Encoding), and nodes decode none: a small body could become a huge one."
                            + " Send it as it is. Nothing was executed.");
        }
    }

    private Routes.Match authenticatedRoute(Request request) throws RefusedException {
        if (!tokens.accepts(request.getHeaders().get(HttpHeader.AUTHORIZATION))) {
            throw new RefusedException(
                    401,
                    "unauthorized",
                    "The request carries no valid bearer token. Nodes and drivers read it from the file 'token' in the"
                            + " node's directory.");
        }
        String path = Request.getPathInContext(request);
        Optional<Routes.Match> match = routes.find(request.getMethod(), path);
        return match.orElseThrow(
                () -> new RefusedException(404, "noRoute", "There is no " + request.getMethod() + " " + path + "."));
    }

    private static void answer(Exchange exchange, RefusedException refused, Response response, Callback callback) {
        if (response.isCommitted()) {
            callback.failed(refused);
            return;
        }
        Map<String, String> body = new LinkedHashMap<>();
        body.put("error", refused.reason());
        body.put("message", String.valueOf(refused.getMessage()));
        body.putAll(refused.details());
        try {
            exchange.answer(refused.status(), "application/json", JSON.writeValueAsBytes(body));
            callback.succeeded();
        } catch (IOException gone) {
            callback.failed(gone);
        }
    }
}
