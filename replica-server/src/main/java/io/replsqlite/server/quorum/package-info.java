/**
 * How far writes have the durability that was asked for: which voters have what ({@link
 * io.replsqlite.server.quorum.VoterLogs}), and who waits for it ({@link io.replsqlite.server.quorum.Commitment}).
 *
 * <p>Imports {@code base} and {@code config}; the primary's packages import it. No thread of its own: the writer, the calls
 * that bring acknowledgements and the node's heartbeat drive it.
 *
 * <h2>What counts</h2>
 *
 * <pre>
 * level    committed is the highest txid that
 * local    is durable in the primary's log
 * quorum   is durable here and in the logs of a majority of the voters, this node among them if it votes
 * all      is durable here and in the logs of all voters
 * </pre>
 *
 * An acknowledgement counts when the log that sent it ends in a record of the primary's own epoch. A log that ends in an
 * older epoch may have all the same txids and still lose an election against another: so nothing of an older epoch is
 * committed before the record that begins the new one is.
 */
@NullMarked
package io.replsqlite.server.quorum;

import org.jspecify.annotations.NullMarked;
