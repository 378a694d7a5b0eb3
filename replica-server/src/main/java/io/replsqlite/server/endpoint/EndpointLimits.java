package io.replsqlite.server.endpoint;

import java.time.Duration;

/**
 * What one endpoint grants its clients. Each limit is named in the answer to whom it stops.
 *
 * @param maxThreads requests that can be under way at once; each holds a thread until it is answered
 * @param maxBodyBytes of a request that is read as a whole
 * @param maxHeaderBytes of one request's line and headers
 * @param maxConnections at once; one more is told so and closed
 * @param idleTimeout after which a connection without a complete request is closed, whatever trickles in
 * @param arrivalTimeout within which a new connection's first headers, and any body, must be complete
 */
public record EndpointLimits(
        int maxThreads,
        long maxBodyBytes,
        int maxHeaderBytes,
        int maxConnections,
        Duration idleTimeout,
        Duration arrivalTimeout) {}
