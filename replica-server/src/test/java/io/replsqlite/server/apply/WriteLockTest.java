package io.replsqlite.server.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.wal.WalHeader;
import io.replsqlite.server.wal.WalIndexHeader;
import io.replsqlite.server.wal.WalMark;
import io.replsqlite.server.wal.WalReader;
import io.replsqlite.server.wal.WalTransaction;
import java.nio.file.Path;
import java.sql.Connection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Why the lock is let go by COMMIT: with ROLLBACK its connection believes in its old page cache for ever. */
class WriteLockTest {
    @TempDir
    Path directory;

    @Test
    void afterCommitTheLockConnectionSeesWhatWasApplied() throws Exception {
        assertThat(rowsSeenAfterAnApplyReleasedBy("commit")).isEqualTo("301");
    }

    @Test
    void afterRollbackItWouldNot() throws Exception {
        assertThat(rowsSeenAfterAnApplyReleasedBy("rollback")).isEqualTo("1");
    }

    private String rowsSeenAfterAnApplyReleasedBy(String end) throws Exception {
        try (Twin twin = new Twin(directory, "create table t(v)", "insert into t values(0)")) {
            twin.write("insert into t values(1)");
            twin.write("delete from t where v = 1");
            twin.replicate();
            twin.replica.release();
            try (Connection connection = twin.target.connect()) {
                assertThat(Twin.text(connection, "select count(*) from t")).isEqualTo("1");
                WriteLock lock = new WriteLock(connection);
                lock.acquire(Deadline.afterMillis(1000, MonotonicClock.SYSTEM));
                applyThreeHundredRows(twin);
                if (end.equals("commit")) {
                    lock.release();
                } else {
                    Twin.execute(connection, end);
                }
                return Twin.text(connection, "select count(*) from t");
            }
        }
    }

    private static void applyThreeHundredRows(Twin twin) throws Exception {
        WalIndexHeader sourceBefore = twin.source.walIndex().readHeader();
        twin.write("with recursive n(i) as (select 1 union all select i + 1 from n where i < 300)"
                + " insert into t select i from n");
        WalIndexHeader left = twin.target.walIndex().readHeader();
        WalHeader header = WalHeader.read(twin.source.wal());
        assertThat(sourceBefore).isNotNull();
        assertThat(left).isNotNull();
        assertThat(header).isNotNull();
        WalReader reader = new WalReader(twin.source.wal(), header);
        reader.startAt(sourceBefore.mark());
        WalTransaction transaction = new WalTransaction();
        assertThat(reader.next(WalReader.TO_END, transaction)).isTrue();
        WalMark end = new FrameWriter(twin.target.pageSize())
                .write(
                        twin.target.wal(),
                        twin.target.walIndex(),
                        left.bigEndianChecksum(),
                        left.mark(),
                        Twin.pagesOf(reader, transaction),
                        transaction.databaseSizePages());
        twin.target
                .walIndex()
                .publish(
                        left.afterCommit(
                                end, left.bigEndianChecksum(), left.pageSize(), transaction.databaseSizePages()),
                        () -> {});
    }
}
