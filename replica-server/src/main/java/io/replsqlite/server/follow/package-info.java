/**
 * A follower's side: pull records from the primary, append and sync them, acknowledge, apply, checkpoint; and when the
 * log cannot help, fetch the pages that differ: those changed since the last position that both logs have
 * ({@link io.replsqlite.server.follow.Divergence}), or all whose checksums do. What only this node has is rescued before
 * that.
 *
 * <p>{@link io.replsqlite.server.follow.FollowerLoop} is one thread per database and owns log, replica file and
 * checksums; {@link io.replsqlite.server.follow.AckSender} is another that only reads positions. Neither is ever
 * interrupted; a stop cancels the HTTP call that they wait in.
 */
@NullMarked
package io.replsqlite.server.follow;

import org.jspecify.annotations.NullMarked;
