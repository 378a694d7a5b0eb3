/**
 * The files of one database on this node, as one thing: open and recover them, apply records to them, build them anew.
 * Knows no role and no socket.
 *
 * <p>Imports every package of formats and files below it; {@code commit}, {@code follow}, {@code ship} and
 * {@code database} import it. For the one thread that owns the database at a time.
 *
 * <h2>Recovery</h2>
 *
 * What may be on disk after a crash, and what is done:
 *
 * <pre>
 * WAL                                    log ends            then
 * holds the last captured commit         at it               nothing to do; commits after it are uncaptured
 * ends before the last captured commit   later               power failed: everything since the checkpoint, as one commit
 * holds frames that were applied here    later or there      everything since the checkpoint, as one commit
 * none, database file untouched          at or after         everything since the checkpoint, if anything, as one commit
 * anything else                                              every page is read, and compared with what it must be
 * </pre>
 *
 * One commit, because an old change set replayed onto a file that already has later ones would show readers a mixture.
 */
@NullMarked
package io.replsqlite.server.store;

import org.jspecify.annotations.NullMarked;
