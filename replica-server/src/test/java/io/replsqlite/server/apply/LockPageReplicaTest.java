package io.replsqlite.server.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.server.wal.LockPage;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A sparse database that grows across the lock bytes at 1 GiB. */
class LockPageReplicaTest {
    private static final int PAGE_SIZE = 65536;

    @TempDir
    Path directory;

    @Test
    void aDatabaseGrowsAcrossTheLockPage() throws Exception {
        int lockPage = LockPage.number(PAGE_SIZE);
        assertThat(lockPage).isEqualTo(16385);
        Path seed = directory.resolve("source.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + seed)) {
            Twin.execute(connection, "pragma page_size=" + PAGE_SIZE, "create table t(id integer primary key, v)");
        }
        pretendPages(seed, lockPage - 3);
        try (Twin twin = new Twin(directory)) {
            twin.write("insert into t values(1, randomblob(600000))");
            twin.replicate();
            assertThat(twin.replica.databaseSizePages()).isGreaterThan(lockPage + 3);
            assertSameRows(twin);
            assertThat(twin.replica.checkpoint().isComplete()).isTrue();
            assertThat(twin.replica.restartWal()).isTrue();
            twin.write("insert into t values(2, randomblob(300000))");
            twin.replicate();
            assertSameRows(twin);
        }
    }

    private static void assertSameRows(Twin twin) throws Exception {
        String rows = "select id, hex(v) from t";
        try (Connection reader = twin.target.connect()) {
            assertThat(Twin.text(reader, rows)).isEqualTo(Twin.text(twin.writer, rows));
        }
    }

    /** Unused pages that cost no disk: SQLite allocates behind them. */
    private static void pretendPages(Path database, int pages) throws Exception {
        try (RandomAccessFile file = new RandomAccessFile(database.toFile(), "rw")) {
            file.setLength((long) pages * PAGE_SIZE);
            file.seek(28);
            file.writeInt(pages);
        }
    }
}
