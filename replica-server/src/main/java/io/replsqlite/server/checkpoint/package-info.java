/**
 * What the database file itself holds, durably, and how that is written down. Both roles checkpoint in two steps, so that
 * commits wait for little:
 *
 * <ol>
 *   <li>a background thread copies most of the WAL into the database file ({@code PASSIVE}) and makes the page checksums
 *       durable, while commits go on;
 *   <li>the thread that owns the database copies the rest under SQLite's write lock, writes the
 *       {@link io.replsqlite.server.checkpoint.CheckpointRecord}, and only then may the WAL start over.
 * </ol>
 *
 * Recovery begins at the record. Because the record is durable before the WAL starts over, a crash always finds either a
 * WAL that holds everything since the record, or an untouched database file.
 *
 * <p>Imports {@code files}, {@code pages}, {@code wal}.
 */
@NullMarked
package io.replsqlite.server.checkpoint;

import org.jspecify.annotations.NullMarked;
