package io.replsqlite.harness.simulation.net;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.ThreadControl;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import okio.Buffer;

/** One call and its answer, seen from both ends. */
public final class Exchange {
    private static final int LARGEST_CHUNK = 2048;

    private final String client;
    private final String server;
    private final WireRequest request;
    private final Pipe back;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final Buffer arrived = new Buffer();
    private int status;
    private boolean begun;
    private boolean ended;
    private boolean broken;

    Exchange(Network network, String client, String server, WireRequest request) {
        this.client = client;
        this.server = server;
        this.request = request;
        this.back = new Pipe(network, server, client);
    }

    String client() {
        return client;
    }

    String server() {
        return server;
    }

    /** Neither end hears of the other any more. */
    void cut() {
        broken = true;
    }

    boolean isOver() {
        return broken || ended;
    }

    // ---- the server's end
    // --------------------------------------------------------------------------------------------

    public WireRequest request() {
        return request;
    }

    public void answerHeader(String name, String value) {
        headers.put(name, value);
    }

    public void answer(int code, byte[] body) throws IOException {
        try (OutputStream out = answerStream(code)) {
            out.write(body);
        }
    }

    public OutputStream answerStream(int code) {
        back.send(() -> {
            status = code;
            begun = true;
        });
        return new AnswerStream();
    }

    private final class AnswerStream extends OutputStream {
        private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();

        @Override
        public void write(int value) throws IOException {
            gathered.write(value);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            gathered.write(bytes, offset, length);
            if (gathered.size() > LARGEST_CHUNK) {
                flush();
            }
        }

        @Override
        public void flush() throws IOException {
            if (broken) {
                throw new IOException("Broken pipe (simulated)");
            }
            byte[] chunk = gathered.toByteArray();
            gathered.reset();
            if (chunk.length > 0) {
                back.send(() -> arrived.write(chunk));
            }
        }

        @Override
        public void close() throws IOException {
            flush();
            back.send(() -> ended = true);
        }
    }

    // ---- the client's end
    // --------------------------------------------------------------------------------------------

    int status() {
        return status;
    }

    Map<String, String> headers() {
        return headers;
    }

    void close() {
        broken = true;
    }

    /** @throws IOException if there is no answer within the limit, or the call was cancelled */
    void awaitBegin(BooleanSupplier cancelled, Duration limit, MonotonicClock clock) throws IOException {
        await(() -> begun, cancelled, limit, clock);
    }

    /** @return how many bytes were moved; -1 at the end */
    long read(Buffer into, long most, BooleanSupplier cancelled, Duration limit, MonotonicClock clock)
            throws IOException {
        await(() -> arrived.size() > 0 || ended, cancelled, limit, clock);
        return arrived.read(into, most);
    }

    private void await(BooleanSupplier condition, BooleanSupplier cancelled, Duration limit, MonotonicClock clock)
            throws IOException {
        ThreadControl control = ThreadControl.current();
        if (control == null) {
            throw new IllegalStateException("a simulated call outside of the simulation");
        }
        boolean answered = false;
        try {
            answered = control.await(
                    () -> condition.getAsBoolean() || broken || cancelled.getAsBoolean(), Deadline.after(limit, clock));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        if (cancelled.getAsBoolean()) {
            throw new IOException("Canceled");
        }
        if (condition.getAsBoolean()) {
            return;
        }
        throw answered ? new IOException("Connection reset (simulated)") : new SocketTimeoutException("timeout");
    }
}
