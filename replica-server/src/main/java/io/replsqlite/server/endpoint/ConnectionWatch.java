package io.replsqlite.server.endpoint;

import io.replsqlite.base.MonotonicClock;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Ends connections that hold a place without asking anything. Jetty's own idle timeout starts again at every byte, so that
 * one byte now and then would keep a connection, and its request's headers incomplete, for ever.
 *
 * <p>Jetty's threads call it; one sweep runs at a time.
 */
final class ConnectionWatch implements Connection.Listener {
    private static final long IN_REQUEST = Long.MAX_VALUE;
    private static final long SWEEPS_PER_ARRIVAL = 4;
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

    private final EndpointLimits limits;
    private final MonotonicClock clock;
    private final long startNanos;

    /** When each connection's next request must have come, in nanoseconds after {@link #startNanos}. */
    private final ConcurrentHashMap<Connection, Long> dueNanos = new ConcurrentHashMap<>();

    ConnectionWatch(EndpointLimits limits, MonotonicClock clock) {
        this.limits = limits;
        this.clock = clock;
        this.startNanos = clock.nanoTime();
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof ConnectionMetaData) { // TLS has one of its own below it
            dueNanos.put(connection, now() + limits.arrivalTimeout().toNanos());
        }
    }

    @Override
    public void onClosed(Connection connection) {
        dueNanos.remove(connection);
    }

    /** Whether there are more connections than allowed. */
    boolean isOver() {
        return dueNanos.size() > limits.maxConnections();
    }

    /**
     * The headers of a request are complete.
     *
     * @return false if its connection has been told already that nothing came in time: then it must not be executed
     */
    boolean begins(Request request) {
        return dueNanos.replace(request.getConnectionMetaData().getConnection(), IN_REQUEST) != null;
    }

    /** It is answered, and the connection waits for the next one. */
    void ends(Request request) {
        dueNanos.replace(
                request.getConnectionMetaData().getConnection(),
                now() + limits.idleTimeout().toNanos());
    }

    /** Sweeps from now on until the scheduler stops. */
    void sweepBy(Scheduler scheduler) {
        long pause = Math.min(
                LONGEST_PAUSE.toMillis(), Math.max(1, limits.arrivalTimeout().toMillis() / SWEEPS_PER_ARRIVAL));
        scheduler.schedule(
                () -> {
                    sweep();
                    sweepBy(scheduler);
                },
                pause,
                TimeUnit.MILLISECONDS);
    }

    private void sweep() {
        long now = now();
        dueNanos.forEach((connection, due) -> {
            if (due < now && dueNanos.remove(connection, due)) {
                end(connection.getEndPoint());
            }
        });
    }

    private void end(EndPoint endPoint) {
        String text = "No complete request came in time; the limits are the settings request-arrival-timeout ("
                + limits.arrivalTimeout() + ") and idle-timeout (" + limits.idleTimeout() + ").";
        String answer =
                "HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: "
                        + text.length() + "\r\n\r\n" + text;
        ByteBuffer bytes = ByteBuffer.wrap(answer.getBytes(StandardCharsets.US_ASCII));
        endPoint.write(Callback.from(endPoint::close, failure -> endPoint.close(failure)), bytes);
    }

    private long now() {
        return clock.nanoTime() - startNanos;
    }
}
