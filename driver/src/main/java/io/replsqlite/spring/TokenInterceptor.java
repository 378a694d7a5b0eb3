package io.replsqlite.spring;

import java.io.IOException;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;

/**
 * For {@code RestClient} and {@code RestTemplate}: sends what the request on this thread has seen along with an outgoing
 * call and takes over what the other side has seen. For clients of one's own services; anybody else has no use for it.
 */
public final class TokenInterceptor implements ClientHttpRequestInterceptor {
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
        // getValuesAsList is the same method in Spring 6 and 7; those of java.util.Map are gone in 7.
        TokenText.takeOver(response.getHeaders().getValuesAsList(TokenText.HEADER), session);
        return response;
    }
}
