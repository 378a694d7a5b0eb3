/**
 * The primary's side of a continuous backup: pulls from the log, claims txids, uploads.
 *
 * <p>Imports {@code base}, {@code log}, {@code ltx} and the packages {@code compact}, {@code layout} and {@code storage} beside
 * it; {@code database} imports it. All work is done by the thread {@code backup-NAME}; {@link
 * io.replsqlite.server.backup.upload.BackupUploader#status} is for any. Commits never wait for it.
 *
 * <h2>Whose commits the backup holds</h2>
 *
 * The object {@code rounds/<first txid>.round} is put only if absent, before anything else of the round: of two nodes that both
 * take themselves for the primary, one gets these txids. Whoever finds them taken looks at what is there:
 *
 * <ul>
 *   <li>the last round is part of its own log: it finishes that round if need be and goes on behind it;
 *   <li>its own log has the same history and no longer reaches back: a base (snapshot) goes on behind the gap;
 *   <li>it is of another history, uploaded in a higher epoch: this node is deposed and uploads nothing more;
 *   <li>it is of another history, uploaded in a lower epoch: those commits were lost in a failover. A new generation begins, numbered
 *       by the own epoch, with a base. The old one stays as it is; whatever the deposed node still adds to it is dead.
 * </ul>
 */
@NullMarked
package io.replsqlite.server.backup.upload;

import org.jspecify.annotations.NullMarked;
