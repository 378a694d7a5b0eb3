/**
 * Makes a node's database out of a backup: the first copy of a follower, and the first node of a cluster that was lost.
 *
 * <p>Imports {@code backup.restore}, {@code backup.layout}, {@code backup.storage}, {@code store} and {@code follow} (whose
 * {@link io.replsqlite.server.follow.FirstCopy} it is); {@code database} and {@code node} import it. A database is founded by one
 * thread: that of its follower, or of the command.
 *
 * <p>Only a state that the backup can prove is founded: page checksums, log and state checksum then agree from the beginning,
 * and whatever the primary has since is told by its log, or by comparing page checksums.
 */
@NullMarked
package io.replsqlite.server.backup.bootstrap;

import org.jspecify.annotations.NullMarked;
