/**
 * A node's append-only log of the change sets of one database. The only meeting point of capture, ship,
 * apply and backup.
 *
 * <p>Imports {@code base}, {@code files} and {@code wal}; the stages of the server may import it. One thread
 * at a time appends, syncs and resets ({@link io.replsqlite.server.log.ChangeLog}); it must not be
 * interrupted, because an interrupted file operation closes the file and fails the log. Any thread opens a
 * {@link io.replsqlite.server.log.LogCursor} or retains; a cursor belongs to one thread. Readers take no
 * lock, own their descriptors, and never see what is not durable.
 *
 * <h2>Directory</h2>
 *
 * <pre>
 * CURRENT                                checked file: which generation is the log, and what to do with the
 * one before g&lt;generation&gt;/&lt;first sequence&gt;.log       segments, both numbers in 16 hex digits
 * ../rescued/&lt;time&gt;-&lt;reason&gt;/             a generation set aside by a reset
 * </pre>
 *
 * A reset prepares a whole new generation and then replaces {@code CURRENT}: that rename is the reset. A segment is
 * written under a temporary name, synced and renamed, so one with a final name always has a whole header.
 * Every record has a sequence number, which orders it; several records may stand at one txid (a commit and
 * the tenures after it).
 *
 * <h2>Segment header</h2> All numbers big-endian.
 *
 * <pre>
 * offset  size  meaning                                        valid when
 * 0       8     magic "RSQLLOG1"                               equal
 * 8       4     format version                                 1
 * 12      4     length t of the tenures                        0..64 KiB
 * 16      16    database id                                    the log's
 * 32      8     salt, random per segment
 * 40      8     sequence of the first record                   &gt; 0, as in the file name
 * 48      8     first sequence of the segment before, or 0     that of the file before, if there is one
 * 56      8     length of the segment before, or 0             that of the file before, if there is one
 * 64      24    base position: epoch, txid, state checksum     bit 63 of the checksum set
 * 88      8     wall clock at creation, milliseconds
 * 96      4     number of tenures
 * 100     t     tenures up to the base: epoch u64, first txid u64, holder, each as below
 * 100+t   4     CRC32C of 0..100+t                             equal
 * </pre>
 *
 * <h2>Record</h2> A local header, which is this node's own, then a body, which is the same on all nodes,
 * byte for byte.
 *
 * <pre>
 * local header
 * 0       4     magic "RSLR"                                   equal
 * 4       4     CRC32C of salt (8 bytes), then 8..72           equal
 * 8       8     offset of this record in its segment           equal
 * 16      8     body length                                    that of the body header
 * 24      8     synced-through: everything before this offset was durable when this record was written
 * 32      8     offset of the record before, or 0
 * 40      8     sequence                                       one more than the record before
 * 48      20    WAL mark: two salts, frame, two checksums; all 0 for none
 * 68      4     zero                                           0
 *
 * body
 * 0       1     body version                                   1
 * 1       1     kind: 1 COMMIT, 2 EPOCH                        1 or 2
 * 2       2     zero                                           0
 * 4       4     page size                                      power of two 512..65536; EPOCH: 0
 * 8       8     epoch
 * 16      8     txid                                           COMMIT: &gt; 0
 * 24      8     state checksum before                          bit 63 set
 * 32      8     state checksum after                           bit 63 set; EPOCH: equal to the one before
 * 40      8     wall clock of the commit, milliseconds
 * 48      4     database size in pages                         EPOCH: 0
 * 52      4     length a of the attachment                     0..16 MiB
 * 56      8     length x of the LTX section                    0..1 TiB; EPOCH: 0
 * 64      4     CRC32C of the attachment                       equal
 * 68      4     CRC32C of 0..68                                equal
 * 72      a     attachment: request outcomes; EPOCH: holder
 * 72+a    x     LTX file
 * 72+a+x  4     CRC32C of the LTX section, then 0..72          equal
 *
 * holder: u16 length, name in UTF-8; u16 length, URL in UTF-8 (length 0: none)
 * </pre>
 *
 * The header comes last in the closing CRC because the length of a streamed LTX section is known last.
 *
 * <h2>Where the log ends</h2> The last segment is filled with zeros ahead of the records (fdatasync costs
 * half without a file size to write). At the first offset without a valid record, one of three things is the case:
 *
 * <ol>
 *   <li>only zeros follow, or nothing: the end;
 *   <li>a local header further on says synced-through beyond this offset: what stood here was durable and is
 * damaged.
 *       {@link io.replsqlite.server.log.LogCorruptedException}; nothing is cut;
 *   <li>otherwise: an append that was never synced, torn (pages of one group may reach the disk in any order). Cut.
 * </ol>
 *
 * What this misses: damage to the last synced group, before anything else was appended, looks like case 3.
 * The salt and the offset in the local header keep record images inside user data from being taken for records.
 */
@NullMarked
package io.replsqlite.server.log;

import org.jspecify.annotations.NullMarked;
