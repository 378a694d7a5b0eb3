/**
 * What a backup looks like in an object store: keys, rounds, generations.
 *
 * <p>Imports {@code base}, {@code ltx} and {@code backup.storage}; the other backup packages import it. Records and static
 * methods only, free for any thread.
 *
 * <h2>Keys</h2> below the destination's URL and the database's name:
 *
 * <pre>
 * generations/&lt;generation&gt;.json            which generations there are; the highest one counts
 * &lt;generation&gt;/0000/&lt;min&gt;-&lt;max&gt;.ltx         change sets as Litestream 0.5 has them: level 0, then compacted 1, 2, 3, and
 *                                       snapshots as level 9. ltx/0/ instead of 0000/ where Litestream does so
 * &lt;generation&gt;/rounds/&lt;min&gt;.round         one for each upload: the claim to its txids, and what Litestream has no place for
 * &lt;generation&gt;/points/&lt;txid&gt;.point        state checksum and time of a txid whose round is deleted
 * rebirths/&lt;epoch&gt;-&lt;txid&gt;             where a history that was brought back begins: nobody else begins at or below it
 * evidence/&lt;time&gt;.json                   what drills have found
 * </pre>
 *
 * Generations, txids and epochs are 16 lower-case hex digits. A generation is one history without a fork, numbered by the epoch
 * that began it; a new one begins when the last one has commits that the surviving primary does not.
 *
 * <h2>Round</h2> Big-endian.
 *
 * <pre>
 * offset  size  meaning                                        valid when
 * 0       8     magic "RSQLRND1"                               equal
 * 8       4     kind: 1 commits, 2 base (a snapshot)           1 or 2
 * 12      4     number n of commits                            1..4096; base: 1
 * 16      16    database id                                    the generation's
 * 32      8     epoch of the tenure that uploads               at least that of the last commit
 * 40      8     first txid                                     as in the key
 * 48      n*48  commits, ascending by one: epoch u64, txid u64, state checksum u64, milliseconds since 1970 u64,
 *               offset u64 and length u64 of its own LTX file in this object, or 0 and 0
 * ...           those LTX files
 * end-4   4     CRC32C of everything before                    equal
 * </pre>
 *
 * A round of commits ends with the object {@code <first>-<last>.ltx} of level 0, which holds all of them merged. A base has one
 * commit, the state that the snapshot {@code 1-<txid>.ltx} of level 9 holds; its first txid may lie before it, where
 * commits are no longer in any log.
 *
 * <h2>Point</h2>
 *
 * <pre>
 * 0       32    epoch u64, txid u64, state checksum u64, milliseconds since 1970 u64
 * 32      4     CRC32C of 0..32                                equal
 * </pre>
 */
@NullMarked
package io.replsqlite.server.backup.layout;

import org.jspecify.annotations.NullMarked;
