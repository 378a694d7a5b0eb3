package io.replsqlite.spring;

import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;
import reactor.core.publisher.Mono;

/**
 * {@link TokenInterceptor} for a {@code WebClient}. The session is that of the thread that subscribes, as with
 * {@code block()} in a servlet's handler; a chain that is subscribed elsewhere brings its own:
 * {@code contextWrite(Context.of(RequestSession.class, session))}.
 */
public final class TokenExchangeFilter implements ExchangeFilterFunction {
    @Override
    public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
        return Mono.deferContextual(context -> {
            RequestSession session =
                    context.<RequestSession>getOrEmpty(RequestSession.class).orElseGet(RequestSession::current);
            return session == null ? next.exchange(request) : exchange(request, next, session);
        });
    }

    private static Mono<ClientResponse> exchange(ClientRequest request, ExchangeFunction next, RequestSession session) {
        ClientRequest.Builder sent = ClientRequest.from(request);
        if (!session.tokens().isEmpty()) {
            sent.headers(headers -> headers.set(TokenText.HEADER, TokenText.of(session.tokens(), TokenText.IN_HEADER)));
        }
        return next.exchange(sent.build())
                .doOnNext(response -> TokenText.takeOver(response.headers().header(TokenText.HEADER), session));
    }
}
