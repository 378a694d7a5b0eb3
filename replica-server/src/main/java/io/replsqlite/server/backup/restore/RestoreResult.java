package io.replsqlite.server.backup.restore;

import io.replsqlite.base.StateChecksum;

/**
 * A database that was brought back and checked.
 *
 * @param claimedTxid the last one whose upload had begun; greater than {@code txid} if that never ended
 * @param isStateProven whether its checksum is the one that the primary recorded; false only if the backup has no record
 * @param foreignKeyViolations rows without their parent, which the source had as well if the state is proven
 * @param resumedBytes what an interrupted restore had downloaded before
 * @param readMillis planning, reading and writing
 */
public record RestoreResult(
        long txid,
        long claimedTxid,
        long timestampMillis,
        int pages,
        int pageSize,
        StateChecksum state,
        boolean isStateProven,
        int foreignKeyViolations,
        int files,
        long downloadedBytes,
        long resumedBytes,
        long readMillis,
        long checkMillis) {
    public long databaseBytes() {
        return (long) pages * pageSize;
    }

    public long totalMillis() {
        return readMillis + checkMillis;
    }
}
