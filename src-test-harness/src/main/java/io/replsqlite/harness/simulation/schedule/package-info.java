/**
 * The simulation's operating system: which thread runs, what time it is, which machine is up. Real threads, of which exactly
 * one runs at a time; whoever waits hands over to a thread that the seed chooses.
 *
 * <p>Imports {@code base} only; the simulation's other packages import it. All state belongs to the thread that runs.
 */
@NullMarked
package io.replsqlite.harness.simulation.schedule;

import org.jspecify.annotations.NullMarked;
