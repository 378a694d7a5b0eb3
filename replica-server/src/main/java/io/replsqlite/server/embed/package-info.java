/**
 * A node in the application's own process: what the driver's {@code io.replsqlite.embed} asks for.
 *
 * <p>Imports {@code node} and {@code config}; nobody imports it, the driver finds it as a service. Safe for any thread.
 */
@NullMarked
package io.replsqlite.server.embed;

import org.jspecify.annotations.NullMarked;
