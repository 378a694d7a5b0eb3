/**
 * SQLite's WAL and wal-index as byte formats: codecs, a verifying reader, and the index operations a writer needs.
 *
 * <p>Imports {@code io.replsqlite.base} and the JDK, never {@code org.sqlite}; any server package may import it. A
 * {@link io.replsqlite.server.wal.WalReader} belongs to one thread; {@link io.replsqlite.server.wal.WalIndex} may be
 * read by any thread and written only by the holder of SQLite's write lock.
 *
 * <h2>WAL file</h2>
 *
 * <p>Header, all big-endian:
 *
 * <pre>
 * offset size meaning               valid when
 *      0    4 magic                 0x377f0682: checksum words little-endian; 0x377f0683: big-endian
 *      4    4 version               3007000
 *      8    4 page size             power of two, 512..65536
 *     12    4 checkpoint sequence   any
 *     16    4 salt 1                any; +1 at each restart
 *     20    4 salt 2                any; random at each restart
 *     24    8 checksum 1, 2         of bytes 0..23, starting from 0, 0
 * </pre>
 *
 * <p>Frame n (from 1) stands at {@code 32 + (n - 1) * (24 + page size)}, big-endian, followed by the page:
 *
 * <pre>
 *      0    4 page number           not 0
 *      4    4 database size         pages after the commit; 0 unless this frame ends a transaction
 *      8    8 salt 1, 2             equal to the header's
 *     16    8 checksum 1, 2         of bytes 0..7 and the page, continuing the previous frame's (the header's for n = 1)
 * </pre>
 *
 * <p>Checksum: over pairs of 32-bit words x, {@code s1 += x[i] + s2; s2 += x[i+1] + s1}. A frame is valid if salts and
 * checksum are right and every frame before it is valid. Frames of older generations may follow the valid ones.
 *
 * <h2>wal-index ({@code -shm})</h2>
 *
 * <p>Segments of 32,768 bytes in native byte order. The first begins with 136 bytes:
 *
 * <pre>
 *      0   48 header, first copy    equal to the second copy, isInit 1, checksum right
 *     48   48 header, second copy   written before the first, read after it
 *     96    4 backfilled            frames already in the database file
 *    100   20 read marks 0..4       mark 0 is 0; 0xffffffff: unused
 *    120    8 lock bytes            never read or written
 *    128    4 backfill attempted    &gt;= backfilled
 *    132    4 unused
 * </pre>
 *
 * <p>Header copy:
 *
 * <pre>
 *      0    4 version               3007000
 *      4    4 unused
 *      8    4 change counter        +1 at each commit
 *     12    1 isInit                1
 *     13    1 big-endian checksums  the WAL's: 0 or 1
 *     14    2 page size             1 stands for 65536; 0 while the WAL has been empty since the first open
 *     16    4 last valid frame      "mxFrame"
 *     20    4 database size         pages; 0 likewise: the size of the database file counts
 *     24    8 checksum of the last valid frame
 *     32    8 salt 1, 2             the WAL header's bytes, hence big-endian
 *     40    8 checksum 1, 2         of bytes 0..39, words in native order
 * </pre>
 *
 * <p>Then, in each segment, 4,096 page numbers of 4 bytes (4,062 in the first, whose header takes the room), and from
 * byte 16,384 on 8,192 hash slots of 2 bytes: the 1-based place of a page number in this segment, 0 for an empty slot,
 * first tried at {@code page * 383 mod 8192}, then at the following slots.
 */
@NullMarked
package io.replsqlite.server.wal;

import org.jspecify.annotations.NullMarked;
