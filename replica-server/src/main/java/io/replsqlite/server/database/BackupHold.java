package io.replsqlite.server.database;

import io.replsqlite.base.Deadline;
import io.replsqlite.server.backup.upload.Backups;
import io.replsqlite.server.commit.WriteHold;
import org.jspecify.annotations.Nullable;

/** Has writes wait for a backup that is farther behind than the setting {@code backup-lag-limit} allows. */
record BackupHold(Backups backups) implements WriteHold {
    @Override
    public @Nullable String why() {
        return backups.whyHeld();
    }

    @Override
    public void await(Deadline deadline) throws InterruptedException {
        backups.awaitProgress(deadline);
    }
}
