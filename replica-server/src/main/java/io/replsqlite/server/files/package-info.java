/**
 * The few file operations on which durability rests: replace a small file, sync a directory, force a channel.
 *
 * <p>Imports the JDK and {@code base} only; every package of the server may import it. All methods are
 * stateless and safe from any thread.
 *
 * <p>A failed fsync is never retried: the kernel may have dropped the dirty pages and report success the
 * next time. It surfaces as {@link io.replsqlite.server.files.FsyncFailedException}, and whoever sees it
 * must stop trusting what was written since the last sync that succeeded.
 *
 * <p>Layout of a {@link io.replsqlite.server.files.CheckedFile} (big-endian):
 *
 * <pre>
 * offset  size  meaning              valid when
 * 0       4     magic                the caller's
 * 4       4     payload length n     0..1 MiB, and the file is exactly 12+n bytes
 * 8       n     payload
 * 8+n     4     CRC32C of 0..8+n     equal
 * </pre>
 */
@NullMarked
package io.replsqlite.server.files;

import org.jspecify.annotations.NullMarked;
