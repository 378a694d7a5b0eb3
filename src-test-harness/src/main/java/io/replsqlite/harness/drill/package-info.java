/**
 * Drills of a promotion on a scratch cluster of real processes.
 *
 * <p>Imports {@code harness.cluster}, {@code harness.demo} (its failover) and the server's backup packages; the harness's command
 * line imports it. On the thread of the command.
 */
@NullMarked
package io.replsqlite.harness.drill;

import org.jspecify.annotations.NullMarked;
