package io.replsqlite.server.apply;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.wal.WalHeader;
import io.replsqlite.server.wal.WalIndexHeader;
import io.replsqlite.server.wal.WalMark;
import io.replsqlite.server.wal.WalReader;
import io.replsqlite.server.wal.WalTransaction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.Objects;

/**
 * What the connection that holds the write lock believes in after 300 rows were applied under its lock. As a program it
 * ends with 3 if it does not see them: that is how a lock that is let go by ROLLBACK is found.
 */
final class WriteLockProbe {
    static final String ALL_ROWS = "301";
    private static final int BLIND = 3;

    private WriteLockProbe() {}

    public static void main(String[] arguments) throws Exception {
        String seen = rowsSeen(Files.createTempDirectory("replsqlite-lock-"), (lock, own) -> lock.release());
        System.out.println("the lock's connection sees " + seen + " of " + ALL_ROWS + " rows");
        System.exit(seen.equals(ALL_ROWS) ? 0 : BLIND);
    }

    /** Lets the lock go. */
    interface Ending {
        void end(WriteLock lock, Connection connection) throws Exception;
    }

    static String rowsSeen(Path directory, Ending ending) throws Exception {
        try (Twin twin = new Twin(directory, "create table t(v)", "insert into t values(0)")) {
            twin.write("insert into t values(1)");
            twin.write("delete from t where v = 1");
            twin.replicate();
            twin.replica.release();
            try (Connection connection = twin.target.connect()) {
                String before = Twin.text(connection, "select count(*) from t"); // fills its page cache
                if (!before.equals("1")) {
                    throw new IllegalStateException("there are " + before + " rows before");
                }
                WriteLock lock = new WriteLock(connection);
                lock.acquire(Deadline.afterMillis(1000, MonotonicClock.SYSTEM));
                applyThreeHundredRows(twin);
                ending.end(lock, connection);
                return Twin.text(connection, "select count(*) from t");
            }
        }
    }

    private static void applyThreeHundredRows(Twin twin) throws Exception {
        WalIndexHeader sourceBefore =
                Objects.requireNonNull(twin.source.walIndex().readHeader());
        twin.write("with recursive n(i) as (select 1 union all select i + 1 from n where i < 300)"
                + " insert into t select i from n");
        WalIndexHeader left = Objects.requireNonNull(twin.target.walIndex().readHeader());
        WalHeader header = Objects.requireNonNull(WalHeader.read(twin.source.wal()));
        WalReader reader = new WalReader(twin.source.wal(), header);
        reader.startAt(sourceBefore.mark());
        WalTransaction transaction = new WalTransaction();
        if (!reader.next(WalReader.TO_END, transaction)) {
            throw new IllegalStateException("the source has not committed");
        }
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
