/**
 * The bytes between nodes: frames from the primary, positions from the follower. {@code ship} and {@code follow} use it.
 *
 * <p>Imports {@code base} and, for the tenures of a snapshot, {@code log}. No socket, no thread.
 *
 * <h2>Frames, primary to follower</h2>
 *
 * The body of an HTTP answer, as a sequence of frames. All integers big-endian.
 *
 * <pre>
 * offset  size  meaning
 * 0       1     type
 * 1       8     length n of the payload
 * 9       n     payload
 *
 * type              payload                                                            valid
 * 1 RECORD          the body of one log record, byte for byte                          its own CRC-32C; follows the last
 * 2 HEARTBEAT       8 epoch, 8 head txid, 8 committed txid                             n = 24
 * 3 END             UTF-8 text: why the primary ends the stream                        n at most 4096
 * 4 SNAPSHOT_BEGIN  8 epoch, 8 txid, 8 state checksum, 4 page size, 4 database pages,  n = 40
 *                   8 pages that follow
 * 5 PAGES           4 count, 4 CRC-32C of the rest, count times (4 page number, page)  n at most 4 MiB
 * 6 SNAPSHOT_END    8 epoch, 8 txid, 8 state checksum, 4 page size, 4 database pages,  n at most 1 MiB
 *                   4 count, count tenures as in the log's segment header
 * 7 CHANGED_PAGES   page numbers of 4 bytes, ascending                                 n at most 4 MiB, n mod 4 = 0
 * </pre>
 *
 * A live stream is RECORD and HEARTBEAT frames, without end. A resync is SNAPSHOT_BEGIN, PAGES frames, SNAPSHOT_END. A
 * page may come several times; the last one counts, and those before may be torn or old. So nothing of a resync may be
 * seen by a reader before all of it is merged. The answer to a rewind is the same, with CHANGED_PAGES frames before the
 * last: which of the pages that the follower named the primary has changed since the common position. The others came as
 * they were then.
 *
 * <h2>Resync request, follower to primary</h2>
 *
 * <pre>
 * offset  size  meaning                                                  valid
 * 0       8     magic "RSQLRSY1"                                         exactly
 * 8       16    database id                                              that of the primary's database
 * 24      4     pages n the follower has                                 0..2^31-2
 * 28      8*n   checksum of each, from page 1; 0: absent or distrusted
 * </pre>
 *
 * <h2>Common position, follower to primary, and its answer</h2>
 *
 * <pre>
 * request: 8 magic "RSQLCMN1", 16 database id, 24 head: epoch, txid, state checksum, 4 count, count tenures
 * answer:  4 reach (0 unknown, 1 by history, 2 in the log but far back, 3 in the log), 24 position: its checksum counts from 2 on
 * </pre>
 *
 * <h2>Rewind request, follower to primary</h2>
 *
 * <pre>
 * offset  size  meaning                                                  valid
 * 0       8     magic "RSQLRWD1"                                         exactly
 * 8       16    database id                                              that of the primary's database
 * 24      24    common position: epoch, txid, state checksum             in the primary's log
 * 48      4     pages kept k: pages beyond are lost to the follower      0..2^31-2
 * 52      4     count n of pages the follower has changed                0..k
 * 56      4*n   their numbers, ascending                                 1..k
 * </pre>
 *
 * <h2>Acknowledgement, follower to primary, and its answer</h2>
 *
 * <pre>
 * request: 8 magic "RSQLACK1", 8 epoch, 8 durable txid, 8 applied txid       answer: 8 epoch, 8 head txid, 8 committed
 * </pre>
 */
@NullMarked
package io.replsqlite.server.stream;

import org.jspecify.annotations.NullMarked;
