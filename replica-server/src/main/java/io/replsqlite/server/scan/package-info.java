/**
 * Reads every page of a database as a snapshot shows it, past SQLite: for first checksums, for verification, and to find
 * what changed behind a node's back.
 *
 * <p>Imports {@code wal}, {@code sqlite}, {@code ltx}, {@code pages}. For one thread at a time.
 */
@NullMarked
package io.replsqlite.server.scan;

import org.jspecify.annotations.NullMarked;
