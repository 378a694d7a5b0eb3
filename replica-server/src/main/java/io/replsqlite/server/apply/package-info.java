/**
 * The follower's write side: change sets become ordinary SQLite commits in the replica file, under SQLite's own write
 * lock, without ever blocking a reader. Also the first bootstrap, which builds a file nobody has open yet.
 *
 * <p>Imports {@code io.replsqlite.base}, {@code io.replsqlite.server.wal} and {@code io.replsqlite.server.sqlite}; the
 * node's apply stage imports it. A {@link io.replsqlite.server.apply.ReplicaFile} and a
 * {@link io.replsqlite.server.apply.DatabaseFileBuilder} belong to one thread at a time.
 */
@NullMarked
package io.replsqlite.server.apply;

import org.jspecify.annotations.NullMarked;
