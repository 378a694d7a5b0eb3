/**
 * One connection's state: its local connections, what it has seen, what it remembers for the primary; and the decision
 * whether a local read may start.
 *
 * <p>Imports everything below it ({@code route}, {@code local}, {@code forward}, {@code config}, {@code status},
 * {@code wire}, {@code tls}, {@code api}, {@code base}); {@code jdbc} imports it. A session belongs to one connection and is used by
 * one thread at a time.
 */
@NullMarked
package io.replsqlite.session;

import org.jspecify.annotations.NullMarked;
