/**
 * Seeded simulation of the replication core: the product's log, elections, streams and commitment on simulated machines, with
 * every fault that a seed chooses, and the guarantees checked at each step. {@code docs/simulation.md} tells what is real.
 *
 * <p>Imports its sub-packages; {@code harness} imports it. One simulation belongs to one thread.
 */
@NullMarked
package io.replsqlite.harness.simulation;

import org.jspecify.annotations.NullMarked;
