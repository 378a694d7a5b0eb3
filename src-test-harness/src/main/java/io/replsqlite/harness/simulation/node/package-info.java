/**
 * A node of the simulation. The product's own code: log and recovery, stream formats, {@code FollowerLoop}, {@code
 * StreamSession}, {@code AckSender}, {@code PrimaryClient}, {@code ResyncClient}, {@code Shipper}, {@code CommonSearch}, {@code
 * Commitment}, {@code EpochPromises}, {@code Members}, {@code PromiseRound}, {@code ElectionRule}, {@code Takeover}, and {@code
 * MajorityLease} with all that it uses. Stand-ins, because the original drives SQLite or sockets: the database is four pages in
 * a file ({@link io.replsqlite.harness.simulation.node.PageStore}), and short mirrors replace the writer ({@code
 * CommitWriter}), the primary's routes ({@code PrimaryService}), the calls to other nodes ({@code PrimaryCalls}) and the role
 * thread ({@code NodeRole}).
 *
 * <p>Imports {@code schedule}, {@code disk}, {@code net} and the server; {@code harness.simulation} imports it. All state
 * belongs to the thread that runs.
 */
@NullMarked
package io.replsqlite.harness.simulation.node;

import org.jspecify.annotations.NullMarked;
