/**
 * The command line of the harness: clusters to develop against, the demo, measurements and faults.
 *
 * <p>May import every package; nobody imports it. Commands run on the main thread, and end their clusters in a shutdown
 * hook. A command joins by one line in {@link io.replsqlite.harness.Main}.
 */
@NullMarked
package io.replsqlite.harness;

import org.jspecify.annotations.NullMarked;
