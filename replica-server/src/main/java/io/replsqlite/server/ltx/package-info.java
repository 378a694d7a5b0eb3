/**
 * The LTX file format: the pages of one commit, of a run of commits, or of a whole database, as Litestream 0.5 reads and
 * writes them.
 *
 * <p>A pure format: no SQLite, no files, no network. Any package of the server may import it; it imports
 * {@code io.replsqlite.base} and the LZ4 codec. Encoders, decoders and pages belong to one thread at a time; records and
 * static methods are free for all.
 *
 * <h2>The file</h2>
 *
 * Header, page frames, end mark, page index, trailer. Integers are big-endian unless noted. The version is not written
 * anywhere; this package writes <i>v3-frame</i> (every Litestream 0.5 reads it) and reads v3-frame and <i>v3-block</i>
 * (Litestream 0.5.16 and later), decided frame by frame.
 *
 * <pre>
 * Header, 100 bytes
 *  off size field             valid if
 *    0    4 magic             4C 54 58 31, "LTX1"
 *    4    4 flags             only bit 1 (0x2, NoChecksum) may be set
 *    8    4 page size         a power of two, 512..65536
 *   12    4 commit            pages of the database afterwards, 0..2^31-1; 0 (deleted) not with NoChecksum
 *   16    8 min txid          at least 1; 1 makes the file a snapshot
 *   24    8 max txid          at least min txid
 *   32    8 timestamp         milliseconds since 1970
 *   40    8 pre-apply sum     0 in a snapshot or with NoChecksum, else bit 63 is set
 *   48    8 WAL offset        not negative
 *   56    8 WAL size          not negative; not 0 only if the WAL offset is not 0
 *   64    4 WAL salt 1        not 0 only if the WAL offset is not 0
 *   68    4 WAL salt 2        likewise
 *   72    8 node id           any; we write 0
 *   80   20 reserved          zero
 *
 * Page frame
 *    0    4 page number       1..commit, ascending, never the lock page; in a snapshot without holes up to commit
 *    4    2 frame flags       0: an LZ4 frame follows (v3-frame); 1: an LZ4 block follows (v3-block)
 *    6      v3-frame          04 22 4D 18 64 40 A7, then blocks of {u32le size, high bit = stored raw; bytes},
 *                             u32le 0, u32le xxHash32 of the page
 *    6      v3-block          u32 size, then that many bytes of one LZ4 block
 *                             Either way exactly one page comes out.
 * End mark, 6 bytes: all zero.
 *
 * Page index: for each frame, in order, three LEB128 varints (low seven bits first), in their shortest form
 *           page number       of the frame
 *           offset            of the frame from the start of the file
 *           size              of the whole frame
 *    then 1 end               zero
 *    then 8 length            bytes from the first entry up to and including that zero
 *
 * Trailer, 16 bytes: the last of the file
 *    0    8 post-apply sum    0 with NoChecksum; else bit 63 is set, exactly 2^63 if commit is 0, and in a snapshot
 *                             2^63 | XOR of the page checksums
 *    8    8 file checksum     2^63 | CRC-64 as below
 * </pre>
 *
 * <h2>Checksums</h2>
 *
 * CRC-64/GO-ISO ({@link io.replsqlite.server.ltx.Crc64}). The file checksum covers the header, each page header (with
 * the v3-block size field), each page <i>uncompressed</i>, the end mark, the index with its length, and the post-apply
 * sum. It does not cover the compressed bytes: two files with equal pages may differ. Pages that come out of
 * {@link io.replsqlite.server.ltx.LtxDecoder} are therefore unverified until its {@code finish()} returns.
 *
 * <p>The lock page, number {@code 0x40000000 / pageSize + 1}, holds the bytes SQLite locks; it has no content, is never
 * stored, and counts for nothing in a database checksum.
 */
@NullMarked
package io.replsqlite.server.ltx;

import org.jspecify.annotations.NullMarked;
