/**
 * Object stores, reduced to what a backup needs: put if absent, put a stream, read a range, list, delete.
 *
 * <p>Imports {@code base} and {@code files}; the other backup packages import it. A directory is driven by the JDK (its
 * files are synced, and carry the commit's time for Litestream); every other store by Apache OpenDAL, whose classes are
 * named here and nowhere else. Stores are safe for any thread.
 */
@NullMarked
package io.replsqlite.server.backup.storage;

import org.jspecify.annotations.NullMarked;
