package io.replsqlite.server.endpoint;

import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where and how a node listens, and what it puts up with. Each limit is named in the answer to whom it stops.
 *
 * @param tls null: the port is plain HTTP
 */
public record EndpointSettings(
        String host, int port, @Nullable SSLContext tls, ClientCertificate clients, Limits limits) {
    /** What a client must show in a TLS handshake, besides the token in each request. */
    public enum ClientCertificate {
        /** Not asked for. */
        NONE,
        /** Asked for; one that is shown must be valid. */
        WANT,
        REQUIRE
    }

    /**
     * @param maxBodyBytes of a request that is read as a whole
     * @param maxHeaderBytes of one request's line and headers
     * @param maxConnections at once; one more is told so and closed
     * @param idle after which a connection without a request is closed, whatever trickles in
     * @param arrival within which a new connection's first headers, and any body, must be complete
     */
    public record Limits(long maxBodyBytes, int maxHeaderBytes, int maxConnections, Duration idle, Duration arrival) {}
}
