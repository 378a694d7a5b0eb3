/**
 * One program that shows what an application sees of two nodes, with Jdbi.
 *
 * <p>Imports the driver's public API and Jdbi; imported by nobody. One thread.
 */
@NullMarked
package io.replsqlite.examples.jdbi;

import org.jspecify.annotations.NullMarked;
