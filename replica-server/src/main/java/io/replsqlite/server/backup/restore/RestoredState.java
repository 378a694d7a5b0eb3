package io.replsqlite.server.backup.restore;

import io.replsqlite.base.Position;
import org.jspecify.annotations.Nullable;

/**
 * What a restored file holds.
 *
 * @param proven where it stands, as the primary recorded it; null if the backup has no record
 * @param pageChecksums of every page, the first page's first
 */
public record RestoredState(@Nullable Position proven, int pageSize, long[] pageChecksums) {}
