/**
 * The driver's entry points, for DriverManager and for configuration files. What applications ask of a connection beyond
 * java.sql is in {@link io.replsqlite.api}.
 *
 * <p>Imports {@code jdbc} and {@code config}; nothing of the driver imports it. Everything here is stateless.
 */
@NullMarked
package io.replsqlite;

import org.jspecify.annotations.NullMarked;
