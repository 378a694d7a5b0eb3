/**
 * The write lease in ZooKeeper, for nodes on several hosts. {@link io.replsqlite.lease.curator.ZooKeeperLease} is the
 * provider; {@link io.replsqlite.lease.curator.EmbeddedZooKeeper} a server for one machine.
 *
 * <p>Imports {@code base} and {@code lease} of the driver, Curator and ZooKeeper. Imported by the server's role machine.
 *
 * <p>Below the path of the connect string, which stands for one cluster:
 *
 * <table>
 * <caption>znodes</caption>
 * <tr><th>znode</th><th>kind</th><th>data</th><th>written by</th></tr>
 * <tr><td>cluster</td><td>persistent</td><td>the cluster's id, a UUID as text</td><td>the first node, once</td></tr>
 * <tr><td>lease</td><td>persistent</td><td>JSON {@code epoch} (1 to 2^63-1), {@code holder}, {@code url},
 *     {@code sessionId} (hexadecimal), {@code candidate} (its holder's znode; empty once the holder has given it up),
 *     {@code successor} (who shall have it next, if the holder has said); empty before the first tenure</td><td>the winner
 *     of an election, in one multi with the check of its own candidate; the epoch only grows. The holder, when it gives the
 *     lease up</td></tr>
 * <tr><td>members</td><td>persistent</td><td>none</td><td>the first node, once</td></tr>
 * <tr><td>members/NAME</td><td>persistent</td><td>JSON {@code url}, {@code candidate} (whether it competes)</td><td>its
 *     node, at every start</td></tr>
 * <tr><td>members/NAME/alive</td><td>ephemeral</td><td>the node's URL: keeps a second node of that name out</td><td>its
 *     node, with every session</td></tr>
 * <tr><td>candidates</td><td>persistent</td><td>none</td><td>the first node, once</td></tr>
 * <tr><td>candidates/UUID-NNNNNNNNNN</td><td>ephemeral, sequential</td><td>the node's name</td><td>its node, at every
 *     renewal: the write, not its content, is what counts</td></tr>
 * </table>
 *
 * <p>Once the holder's candidate is gone, the candidate with the lowest sequence number may raise the epoch; a successor
 * that was named may at once, and the others stand back for it a moment. The sequence number is no fencing token, the
 * epoch is: ZooKeeper restarts sequences when a parent is made anew.
 *
 * <p>Threads: {@code lease-zookeeper-io} speaks to ZooKeeper and may block; {@code lease-zookeeper} watches the deadline
 * and calls the listener, one call at a time, and never waits for ZooKeeper.
 */
@NullMarked
package io.replsqlite.lease.curator;

import org.jspecify.annotations.NullMarked;
