/**
 * The fault rig: a cluster of real node processes with a network of our own between them, and everything that can be done
 * to it.
 *
 * <p>Every connection between nodes, from nodes to ZooKeeper and from drivers to nodes goes through a {@link
 * io.replsqlite.harness.rig.TcpProxy}, since the nodes advertise the proxies' addresses. A proxy asks the kernel which process has called, so that faults are those
 * of one direction between two places and need no privileges. Linux only.
 *
 * <p>Imports {@code base}, {@code cluster} and {@code fault} of the harness, the server's admin client. Threads: {@code
 * rig-accept-PLACE} one per proxy and {@code rig-pump-N} two per connection; all end when the rig is closed. A {@link
 * io.replsqlite.harness.rig.Rig} belongs to one thread; {@link io.replsqlite.harness.rig.Network} to all.
 */
@NullMarked
package io.replsqlite.harness.rig;

import org.jspecify.annotations.NullMarked;
