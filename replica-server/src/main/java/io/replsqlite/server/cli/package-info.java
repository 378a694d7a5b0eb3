/**
 * The command line of a node. A command parses its arguments, calls one thing, prints what came of it as text for people
 * or as one JSON value for programs, and ends with an {@link io.replsqlite.server.cli.ExitCode}. What went wrong is said
 * in three lines: what, why, and what to do ({@link io.replsqlite.server.cli.ErrorReport}).
 *
 * <p>May import every package of the server; no other package of the server imports it. The test harness, a command line of
 * its own, shares its conventions and error reports. Runs on the main thread.
 *
 * <p>A file format joins {@code inspect} by an {@link io.replsqlite.server.cli.Inspector} in
 * {@link io.replsqlite.server.cli.Inspectors#ALL}.
 */
@NullMarked
package io.replsqlite.server.cli;

import org.jspecify.annotations.NullMarked;
