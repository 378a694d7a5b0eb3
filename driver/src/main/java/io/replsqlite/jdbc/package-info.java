/**
 * The java.sql facade. The {@code Delegating*} classes are written by {@code src/main/generator/DelegationGenerator.java}
 * during the build: every method passes to sqlite-jdbc's object and gives SQLite's errors their SQLState. The classes
 * here hold only what differs: where a statement runs, and results that come from elsewhere.
 *
 * <p>Imports {@code session} and what lies below it; only the public package imports it. As in sqlite-jdbc, a connection
 * and what it made are used by one thread at a time.
 */
@NullMarked
package io.replsqlite.jdbc;

import org.jspecify.annotations.NullMarked;
