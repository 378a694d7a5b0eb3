package io.replsqlite.harness.simulation.net;

import io.replsqlite.base.MonotonicClock;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.MediaType;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Buffer;
import okio.Okio;
import okio.Source;
import okio.Timeout;

/** OkHttp's way into the simulated network: answers each call before OkHttp would open a socket. */
public final class Transport implements Interceptor {
    private static final MediaType BINARY = MediaType.get("application/octet-stream");

    private final Network network;
    private final String client;
    private final MonotonicClock clock;
    private final Duration silence;

    /** @param silence after which a call is given up */
    public Transport(Network network, String client, MonotonicClock clock, Duration silence) {
        this.network = network;
        this.client = client;
        this.clock = clock;
        this.silence = silence;
    }

    @Override
    public Response intercept(Chain chain) throws IOException {
        Request request = chain.request();
        Call call = chain.call();
        Exchange exchange = network.call(client, request.url().host(), wire(request));
        try {
            exchange.awaitBegin(call::isCanceled, silence, clock);
        } catch (IOException failed) {
            exchange.close();
            throw failed;
        }
        Response.Builder response = new Response.Builder()
                .request(request)
                .protocol(Protocol.HTTP_1_1)
                .code(exchange.status())
                .message("");
        exchange.headers().forEach(response::header);
        return response.body(ResponseBody.create(Okio.buffer(new Answer(exchange, call)), BINARY, -1))
                .build();
    }

    private static WireRequest wire(Request request) throws IOException {
        Map<String, String> headers = new HashMap<>();
        request.headers().forEach(header -> headers.put(header.getFirst(), header.getSecond()));
        Buffer body = new Buffer();
        RequestBody given = request.body();
        if (given != null) {
            given.writeTo(body);
        }
        List<String> path = request.url().pathSegments();
        return new WireRequest(path.get(path.size() - 1), headers, body.readByteArray());
    }

    /** The bytes of an answer as they arrive. */
    private final class Answer implements Source {
        private final Exchange exchange;
        private final Call call;

        Answer(Exchange exchange, Call call) {
            this.exchange = exchange;
            this.call = call;
        }

        @Override
        public long read(Buffer into, long most) throws IOException {
            return exchange.read(into, most, call::isCanceled, silence, clock);
        }

        @Override
        public Timeout timeout() {
            return Timeout.NONE;
        }

        @Override
        public void close() {
            exchange.close();
        }
    }
}
