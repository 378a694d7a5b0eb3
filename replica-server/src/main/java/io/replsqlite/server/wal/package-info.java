/** SQLite's WAL and wal-index formats. */
@NullMarked
package io.replsqlite.server.wal;

import org.jspecify.annotations.NullMarked;
