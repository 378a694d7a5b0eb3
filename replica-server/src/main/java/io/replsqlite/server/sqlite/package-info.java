/**
 * The one place in the server that opens SQLite files and connections: version gate, preflight, and everything open on
 * one database in this process.
 *
 * <p>Imports {@code io.replsqlite.base}, {@code io.replsqlite.server.wal} and {@code org.sqlite}; capture, apply, drills and the
 * node import it.
 *
 * <h2>Why every open goes through here</h2>
 *
 * <p>SQLite locks with POSIX record locks, and the kernel drops all of a process's locks on a file when that process
 * closes <em>any</em> descriptor of it. So in a process that has SQLite open on a database, the database file and its
 * {@code -shm} may be opened only by {@link io.replsqlite.server.sqlite.SqliteFiles}, which closes its descriptors last.
 * They are {@link java.io.RandomAccessFile}s and no plain {@link java.nio.channels.FileChannel}s, because interrupting a
 * thread inside a channel operation closes the channel, and with it would go the locks. The {@code -wal} carries no
 * locks and may be opened and closed freely.
 *
 * <p>Two native copies of SQLite in one process (two class loaders) do not see each other's locks: every open database
 * stands in the system properties as {@code replsqlite.open.<device and inode>} with the identity of the copy.
 *
 * <p>Thread rule: {@link io.replsqlite.server.sqlite.SqliteFiles} is safe for any thread, the connections it hands out
 * belong to one thread at a time.
 */
@NullMarked
package io.replsqlite.server.sqlite;

import org.jspecify.annotations.NullMarked;
