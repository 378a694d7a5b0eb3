package io.replsqlite.server.endpoint;

import java.time.Duration;

/**
 * What one endpoint grants its clients.
 *
 * @param maxThreads requests that can be under way at once; each holds a thread until it is answered
 * @param maxBodyBytes of a request that is read as a whole
 * @param idleTimeout after which a connection on which nothing moves is closed
 */
public record EndpointLimits(int maxThreads, long maxBodyBytes, Duration idleTimeout) {}
