/**
 * The primary's side of replication: answers a follower from the log ({@link io.replsqlite.server.ship.Shipper}) or with
 * the pages it lacks ({@link io.replsqlite.server.ship.ResyncSource}), and remembers how far each has come
 * ({@link io.replsqlite.server.ship.Followers}).
 *
 * <p>Each call runs on its own HTTP thread and pulls from the log at the follower's pace; the writer never waits for it.
 */
@NullMarked
package io.replsqlite.server.ship;

import org.jspecify.annotations.NullMarked;
