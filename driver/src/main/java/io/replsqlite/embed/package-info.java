/**
 * The seam between the driver and a node in the same process: what a node provides ({@code NodeProvider}, found by
 * {@link java.util.ServiceLoader}), what it answers without a socket ({@code NodeCalls}), and which nodes run here.
 *
 * <p>Imports {@code base} and {@code wire}; {@code forward}, {@code session}, the public package and the server import
 * it. Everything is safe for any thread.
 */
@NullMarked
package io.replsqlite.embed;

import org.jspecify.annotations.NullMarked;
