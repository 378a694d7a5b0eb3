/**
 * The real data set of the demo: Chinook, a music shop of eleven tables and some fifteen thousand rows, moved out of
 * its HSQLDB into any JDBC connection; and the tables that the demo prints.
 *
 * <p>Imports {@code java.sql} only: nothing here knows SQLite's driver or a node. Used by the demo, the benchmarks and
 * the system tests. Every object belongs to one thread, except the records, which are immutable.
 */
@NullMarked
package io.replsqlite.harness.demo;

import org.jspecify.annotations.NullMarked;
