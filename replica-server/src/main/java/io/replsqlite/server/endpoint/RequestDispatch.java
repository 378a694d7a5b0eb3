package io.replsqlite.server.endpoint;

import com.fasterxml.jackson.databind.ObjectMapper;
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

/** Every request, in this order: authenticate, find the route, run it, turn what it throws into an answer. */
final class RequestDispatch extends Handler.Abstract {
    private static final Logger LOG = System.getLogger(RequestDispatch.class.getName());
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Routes routes;
    private final BearerToken token;
    private final long maxBodyBytes;

    RequestDispatch(Routes routes, BearerToken token, long maxBodyBytes) {
        this.routes = routes;
        this.token = token;
        this.maxBodyBytes = maxBodyBytes;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Exchange plain = new Exchange(request, response, "", maxBodyBytes);
        try {
            Routes.Match match = authenticatedRoute(request);
            match.route().handle(new Exchange(request, response, match.variable(), maxBodyBytes));
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

    private Routes.Match authenticatedRoute(Request request) throws RefusedException {
        if (!token.accepts(request.getHeaders().get(HttpHeader.AUTHORIZATION))) {
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
