/**
 * Torture runs: real clients on every node of a {@link io.replsqlite.harness.rig.Rig}, one fault after the other, and
 * after each the checks of everything the clients were told. A run is told by its seed.
 *
 * <p>Imports all of the harness but {@code bench} and {@code demo}, the driver's API, and of the server what reads rescued
 * tails and compares replicas. Threads: {@code client-N}, which end with their round; everything else belongs to the
 * thread that runs the torture.
 */
@NullMarked
package io.replsqlite.harness.torture;

import org.jspecify.annotations.NullMarked;
