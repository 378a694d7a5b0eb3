package io.replsqlite.spring;

import java.io.IOException;
import java.util.List;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * Sends what the request on this thread has seen along with an outgoing call and takes over what the other side has
 * seen. For clients of one's own services; anybody else has no use for it.
 */
public final class TokenInterceptor implements ClientHttpRequestInterceptor {
    private static final System.Logger LOG = System.getLogger(TokenInterceptor.class.getName());

    @Override
    public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
            throws IOException {
        RequestSession session = RequestSession.current();
        if (session == null) {
            return execution.execute(request, body);
        }
        if (!session.tokens().isEmpty()) {
            request.getHeaders().set(TokenText.HEADER, TokenText.of(session.tokens(), TokenText.IN_HEADER));
        }
        ClientHttpResponse response = execution.execute(request, body);
        takeOver(response, session);
        return response;
    }

    private static void takeOver(ClientHttpResponse response, RequestSession session) {
        for (String text : response.getHeaders().getOrDefault(TokenText.HEADER, List.of())) {
            try {
                TokenText.parse(text, TokenText.IN_HEADER).forEach(session::saw);
            } catch (IllegalArgumentException malformed) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "header {0} of an answer ignored: {1}",
                        TokenText.HEADER,
                        malformed.getMessage());
            }
        }
    }
}
