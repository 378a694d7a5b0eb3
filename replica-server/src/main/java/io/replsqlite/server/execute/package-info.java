/**
 * Requests from the wire against one SQLite connection: what is allowed, running it, and the answer. Transactions are the
 * caller's: it opens one before, and after the answer commits, or rolls back if there is an error.
 *
 * <p>Imports the driver's {@code wire}, {@code route} and {@code local}; the writer imports it. An executor belongs to the
 * thread that owns its connection.
 */
@NullMarked
package io.replsqlite.server.execute;

import org.jspecify.annotations.NullMarked;
