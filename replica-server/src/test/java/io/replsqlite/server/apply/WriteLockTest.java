package io.replsqlite.server.apply;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why the lock is let go by COMMIT: with ROLLBACK its connection believes in its old page cache for ever. */
class WriteLockTest {
    @TempDir
    Path directory;

    @Test
    void afterCommitTheLockConnectionSeesWhatWasApplied() throws Exception {
        assertThat(WriteLockProbe.rowsSeen(directory, (lock, connection) -> lock.release()))
                .isEqualTo(WriteLockProbe.ALL_ROWS);
    }

    @Test
    void afterRollbackItWouldNot() throws Exception {
        assertThat(WriteLockProbe.rowsSeen(directory, (lock, connection) -> Twin.execute(connection, "rollback")))
                .isEqualTo("1");
    }
}
