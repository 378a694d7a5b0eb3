/**
 * From a commit in the primary's WAL to a change set in its log. Commits of this node's writer and of foreign processes
 * go through the same code.
 *
 * <p>Imports {@code wal}, {@code sqlite}, {@code ltx}, {@code log}, {@code pages}. Everything here runs on the database's
 * writer thread.
 *
 * <h2>Why nothing is lost between commit and capture</h2>
 *
 * A frame can only disappear when the WAL is restarted, and the WAL can only be restarted when every frame is copied
 * into the database file and no reader is inside the WAL. {@link io.replsqlite.server.capture.WalPin} is such a reader,
 * whose snapshot is never newer than what is captured: no checkpoint, by whomever, copies more than captured frames.
 */
@NullMarked
package io.replsqlite.server.capture;

import org.jspecify.annotations.NullMarked;
