/**
 * Keeps a backup short: merges files into higher levels, makes snapshots of files, deletes what those replace. Reads and
 * writes objects only, never a database.
 *
 * <p>Imports {@code ltx}, {@code backup.layout}, {@code backup.restore} (to plan a snapshot) and {@code backup.storage};
 * {@code backup.upload} imports it. Works on {@code backup-keep-NAME}, a thread of its own: uploads never wait for it.
 *
 * <p>Nothing is deleted before what replaces it is there: a restore under way whose file has gone finds another way to the
 * same state. The newest file of level 0, the newest round and the two newest snapshots always stay.
 */
@NullMarked
package io.replsqlite.server.backup.compact;

import org.jspecify.annotations.NullMarked;
