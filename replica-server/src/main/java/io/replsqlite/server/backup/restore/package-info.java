/**
 * Brings a database back from a backup: of this project or of Litestream 0.5, to any point that is there.
 *
 * <p>Imports {@code apply} (its writer of runs), {@code ltx}, {@code backup.layout} and {@code backup.storage}; drills and
 * the command line import it. A restore belongs to one thread; downloads run on {@code restore-download}, and the file is
 * written by {@code snapshot-write}.
 */
@NullMarked
package io.replsqlite.server.backup.restore;

import org.jspecify.annotations.NullMarked;
