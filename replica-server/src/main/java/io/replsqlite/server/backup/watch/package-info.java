/**
 * What a node does about its backups beside uploading: drills by the clock ({@link
 * io.replsqlite.server.backup.watch.DrillSchedule}), signs of life to a monitor ({@link
 * io.replsqlite.server.backup.watch.Heartbeat}).
 *
 * <p>Imports {@code base}, {@code backup.upload}, {@code backup.drill}, {@code backup.restore} and {@code backup.storage};
 * {@code node} imports it. Each of the two has one thread of its own, as it waits for others.
 */
@NullMarked
package io.replsqlite.server.backup.watch;

import org.jspecify.annotations.NullMarked;
