/**
 * The status page: what a node tells every reader on its host, in one small memory-mapped file
 * {@code <database>-replsqlite/status}. The node writes it, drivers in any process read it in nanoseconds.
 *
 * <p>Imports {@code base}; the node and the driver's session import it. One thread writes at a time; any number of
 * threads and processes read.
 *
 * <p>{@value io.replsqlite.status.StatusLayout#LENGTH} bytes, little-endian, every 8-byte field 8-byte aligned:
 *
 * <pre>
 * offset size field            validity
 *      0    8 magic            "RSQLSTAT" in ASCII
 *      8    4 version          2
 *     12    4 length           1024
 *     16    8 sequence         even: at rest; odd: the block from 24 on is being written
 *     24    8 boot             first 8 bytes of the host's boot id; 0 where the host has none. Monotonic values of
 *                              another boot mean nothing
 *     32   16 database id      UUID, high half first
 *     48    4 role             code of {@link io.replsqlite.status.Role}
 *     52    4 health           code of {@link io.replsqlite.status.Health}
 *     56    8 epoch            not negative
 *     64    8 applied          txid, not negative
 *     72    8 applied checksum bit 63 set
 *     80    8 committed        txid, not negative
 *     88    8 head             highest txid the node knows the primary to have, not negative
 *     96    8 fresh as of      monotonic nanoseconds; Long.MIN_VALUE: never fresh
 *    104    8 heartbeat        monotonic nanoseconds of the node's last write
 *    112    8 lease deadline   monotonic nanoseconds; Long.MIN_VALUE: no lease
 *    120    8 writer pid       not negative
 *    128    8 visible          highest txid that the file may show; above committed: some of it may be lost yet. 0: no
 *                              reader need look. Written before what it allows can be seen
 *    136    4 CRC-32C          of bytes 24 to 63 and 144 to 1023, the part that {@code publish} alone writes
 *    140    4 zero
 *    144  880 three texts      primary URL, own URL, node name: each 2 bytes length, then UTF-8; the rest is zero
 * </pre>
 *
 * <p>Single 8-byte fields are read atomically without the sequence. What must fit together is read under the sequence:
 * even before, equal after, else again, a bounded number of times. The CRC finds a file that is garbage although at
 * rest; it does not cover the fields that move with every commit, which have their own validity.
 */
@NullMarked
package io.replsqlite.status;

import org.jspecify.annotations.NullMarked;
