/**
 * The node's HTTP endpoint: accepts, authenticates, limits, and hands each request to the route that was registered for
 * it. Knows no SQL, no log and no roles; the only package that imports Jetty.
 *
 * <p>Routes run on Jetty's threads and may block.
 */
@NullMarked
package io.replsqlite.server.endpoint;

import org.jspecify.annotations.NullMarked;
