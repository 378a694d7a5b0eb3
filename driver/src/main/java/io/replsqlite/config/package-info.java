/**
 * A connection's settings: the table of all of them, and their parsing from URL and Properties into an immutable record.
 * Unknown or malformed settings are refused.
 *
 * <p>Imports {@code api} and {@code tls}; {@code route}, {@code session}, {@code jdbc} and the public package import it. Everything is
 * immutable.
 */
@NullMarked
package io.replsqlite.config;

import org.jspecify.annotations.NullMarked;
