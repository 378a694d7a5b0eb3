/**
 * The fault rig: pairs of real nodes that are killed, damaged and started again, a writer that remembers what was
 * acknowledged, and the checks that prove nothing was lost. Used by the crash tests and by the soak run.
 *
 * <p>Imports the driver's vocabulary, {@code cluster} and {@code demo} of the harness, Jackson and the JDK's HTTP client;
 * reads SQLite files through plain JDBC, as any other program would. Each class says which thread it belongs to.
 */
@NullMarked
package io.replsqlite.harness.fault;

import org.jspecify.annotations.NullMarked;
