/**
 * A machine's disk as a file system of the JDK, so that code under test uses {@code Path}, {@code Files} and {@code
 * FileChannel} as ever. What is not synced is in a page cache, and a crash loses any part of it: sectors of 512 bytes one by
 * one, and the newest changes of each directory.
 *
 * <p>Imports {@code schedule}; the simulation's other packages import it. All state belongs to the thread that runs.
 */
@NullMarked
package io.replsqlite.harness.simulation.disk;

import org.jspecify.annotations.NullMarked;
