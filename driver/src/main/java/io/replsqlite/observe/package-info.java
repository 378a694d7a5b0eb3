/**
 * What monitoring asks: whether reads and writes can go on, and figures for Micrometer. Each observer has one connection of
 * its own, so that a pool that is exhausted does not look like a replica that is broken.
 *
 * <p>Imports {@code api} and {@code config}; Micrometer only where it is on the class path. Imported by {@code spring} and by applications.
 * Safe for any thread.
 */
@NullMarked
package io.replsqlite.observe;

import org.jspecify.annotations.NullMarked;
