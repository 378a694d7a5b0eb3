/**
 * The pages of a database as sets: which checksum each has ({@link io.replsqlite.server.pages.PageChecksums}) and the
 * newest version of those that are about to change ({@link io.replsqlite.server.pages.PageSpool}).
 *
 * <p>Imports {@code base} and {@code files}. Each class states its thread rule.
 *
 * <h2>The checksum file</h2>
 *
 * One per database, so that a restart need not read the database to know its state checksum. All integers big-endian.
 *
 * <pre>
 * offset  size  meaning                                     valid
 * 0       8     magic "RSQLCRC1"                            exactly
 * 8       4     format version                              1
 * 12      4     page size                                   power of two, 512..65536
 * 16      16    database id                                 that of the log
 * 32      28    zero
 * 60      4     CRC-32C of bytes 0..59                      exactly
 * 64      8*n   checksum of page 1, 2, 3…                   0, or bit 63 set; 0 for the lock page and absent pages
 * </pre>
 *
 * An entry is as of the last recorded checkpoint or newer; recovery overwrites every entry that a later change set in
 * the log touches, and then demands that all entries together give the state checksum of the log's last record. If they
 * do not, the file is worthless and is made anew from the database.
 */
@NullMarked
package io.replsqlite.server.pages;

import org.jspecify.annotations.NullMarked;
