/**
 * The network between simulated machines, at the level of HTTP calls: bytes take their time, stall while a direction is cut,
 * and connections break. The client's side is an interceptor of OkHttp, so that the product's own clients make the calls.
 *
 * <p>Imports {@code schedule}; the simulation's other packages import it. All state belongs to the thread that runs.
 */
@NullMarked
package io.replsqlite.harness.simulation.net;

import org.jspecify.annotations.NullMarked;
