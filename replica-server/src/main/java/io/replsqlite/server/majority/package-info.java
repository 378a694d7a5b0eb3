/**
 * The lease of a cluster that has voters: whoever a majority of them has promised an epoch, and goes on answering. Another
 * provider (ZooKeeper, a file) lies below: it begins a cluster, knows the members and says who tries first, and may be away.
 *
 * <h2>The rule</h2>
 *
 * <pre>
 * voter    keeps faith with the node it has promised: while it has heard that node within {@code voter-timeout}, counted
 *          from receipt, it promises no other one anything; nor within that time after its own start   (Allegiance)
 * primary  may acknowledge until four fifths of {@code voter-timeout} have passed since it SENT the beats that a majority
 *          has answered in its epoch, itself among them if it votes                                     (MajorityDeadline)
 * </pre>
 *
 * Any two majorities share a voter. It promised the second primary at least a fifth of {@code voter-timeout} after the
 * deadline that its last answer gave the first one, so the two never acknowledge at one time, whatever is paused, cut off
 * or late, as long as no clock runs a fifth faster than another. The epoch fences everything besides (DESIGN 9).
 *
 * <h2>Messages</h2>
 *
 * {@code POST /v1/election/beat} carries {@code {"kind", "epoch", "node", "url", "successor", "voterTimeoutMillis",
 * "voters"}} and is answered by {@code {"node", "promised", "promisedTo", "agrees", "follows", "objection"}}, at once and
 * without a disk:
 *
 * <pre>
 * canvassing  would you promise me this epoch? Nothing is stored, so a node that cannot win disturbs nobody
 * acquiring   I have begun an election in this epoch: agrees if that is what was promised
 * leading     the same, of a node that a majority has answered: whoever hears it follows
 * released    I shall not acknowledge anything more in this epoch; the successor may begin at once
 * </pre>
 *
 * <pre>
 * voterTimeoutMillis, voters   the sender's settings, voters sorted. A node that votes by its own or the sender's list
 *                              agrees only if it has the same; else objection says what differs. So it is with a promise
 * promised, promisedTo         the highest promise of the node that answers. A leader that reads its own epoch with
 *                              another's name there has one more election: that node could never follow it
 * </pre>
 *
 * <p>Imports {@code base} and {@code lease}; {@code node} imports it, and the simulation. Everything of a {@link
 * io.replsqlite.server.majority.MajorityElection} is confined to the thread {@code majority}; {@code Allegiance} and {@code
 * MajorityDeadline} are for any thread.
 */
@NullMarked
package io.replsqlite.server.majority;

import org.jspecify.annotations.NullMarked;
