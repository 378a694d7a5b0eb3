/**
 * Brings a database back from a backup: of this project or of Litestream 0.5, to any point that is there.
 *
 * <p>Imports {@code apply} (its writer of runs), {@code ltx}, {@code backup.layout} and {@code backup.storage}; drills and
 * the command line import it. A restore belongs to one thread; downloads run on {@code restore-download}, page checksums on
 * {@code restore-count}, and the file is written by {@code snapshot-write}.
 *
 * <h2>Resume record</h2> {@code NAME.restoring.resume}: how far {@code NAME.restoring} is, replaced every 256 MiB or sixteenth of the
 * database, whichever is more. Big-endian.
 *
 * <pre>
 * size  meaning                                                       valid when
 * 8     magic "RSQLRES1"                                              equal
 * 4     page size                                                     as in the file under way
 * 4     pages of the database after the file under way                at least 1, as in that file
 * 8     txid where the files before it end                            0 if there are none
 * 4     number n of files                                             at least 1
 * ...   n times: size u64, key (length u16, UTF-8); the last one is under way
 * 144   where the decoder stands in it ({@link io.replsqlite.server.ltx.LtxResumePoint})
 * pages * 8   checksum of each page, 0 for one that did not come yet
 * 4     CRC32C of everything before                                   equal
 * </pre>
 *
 * A restore goes on from it if its plan begins with the same files. Every page is read and held against its checksum first;
 * one that differs was written after the record, and comes again.
 */
@NullMarked
package io.replsqlite.server.backup.restore;

import org.jspecify.annotations.NullMarked;
