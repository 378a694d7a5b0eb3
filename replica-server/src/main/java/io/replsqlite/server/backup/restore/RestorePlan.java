package io.replsqlite.server.backup.restore;

import io.replsqlite.server.backup.layout.BackupObject;
import io.replsqlite.server.backup.layout.RoundCommit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What to read, in this order.
 *
 * @param files the first one holds every page, each other continues the one before
 * @param steps single commits behind the last file
 * @param txid where that leads to
 * @param claimed the last txid whose upload had begun; greater than {@code txid} if its file never arrived
 * @param expected the state there, as the primary knew it; null if the backup does not say
 */
public record RestorePlan(
        List<BackupObject> files,
        List<RoundCommit> steps,
        long txid,
        long claimed,
        @Nullable RoundCommit expected) {
    public RestorePlan {
        files = List.copyOf(files);
        steps = List.copyOf(steps);
    }

    /** Bytes to download. */
    public long bytes() {
        return files.stream().mapToLong(BackupObject::sizeBytes).sum();
    }
}
