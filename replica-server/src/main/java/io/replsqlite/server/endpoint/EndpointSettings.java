package io.replsqlite.server.endpoint;

import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where and how a node listens, and what it puts up with.
 *
 * @param tls null: the port is plain HTTP
 */
public record EndpointSettings(
        String host, int port, @Nullable SSLContext tls, ClientCertificate clients, EndpointLimits limits) {
    /** What a client must show in a TLS handshake, besides the token in each request. */
    public enum ClientCertificate {
        /** Not asked for. */
        NONE,
        /** Asked for; one that is shown must be valid. */
        WANT,
        REQUIRE
    }
}
