package io.replsqlite.server.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.server.sqlite.OtherProcess;
import io.replsqlite.server.wal.WalMark;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReplicaFileTest {
    private static final String TABLE = "create table t(id integer primary key, v)";
    private static final String FILL =
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < 300) insert into t select i, hex(i) from n";

    @TempDir
    Path directory;

    private Twin twin;

    @BeforeEach
    void open() throws Exception {
        twin = new Twin(directory, TABLE, FILL);
    }

    @AfterEach
    void close() throws Exception {
        FailurePoint.arm("");
        twin.close();
    }

    @Test
    void anotherProcessSeesEachCommitAndCannotWrite() throws Exception {
        twin.write("insert into t values(1000, 'new')");
        assertThat(twin.replicate()).isEqualTo(1);
        try (OtherProcess other =
                OtherProcess.python("""
                import sqlite3, sys
                db = sqlite3.connect(sys.argv[1], timeout=0)
                print(db.execute('select v from t where id = 1000').fetchone()[0])
                try:
                    db.execute('delete from t')
                except sqlite3.OperationalError as e:
                    print(e)
                """, twin.target.database().toString())) {
            assertThat(other.finish()).containsExactly("new", "database is locked");
        }
    }

    @Test
    void ourLocksSurviveEveryOperation() throws Exception {
        assertLocked();
        twin.write("insert into t values(1000, randomblob(100000))");
        twin.replicate();
        assertLocked();
        assertThat(twin.replica.checkpoint().isComplete()).isTrue();
        assertLocked();
        assertThat(twin.replica.restartWal()).isTrue();
        assertLocked();
        Twin.readPage(twin.target, 1);
        twin.target.wal().close();
        twin.write("insert into t values(1001, 1)");
        twin.replicate();
        assertLocked();
        twin.replica.release();
        assertThat(walIndexLocks()).contains(128).doesNotContain(120);
        twin.replica.acquire();
        assertLocked();
    }

    private void assertLocked() throws Exception {
        assertThat(walIndexLocks()).as("write lock and dead-man lock of -shm").contains(120, 128);
        assertThat(OtherProcess.bytesLockedByUs(twin.target.database(), 0x40000002, 1))
                .as("shared lock of the database")
                .isNotEmpty();
    }

    private Iterable<Integer> walIndexLocks() throws Exception {
        return OtherProcess.bytesLockedByUs(Path.of(twin.target.database() + "-shm"), 120, 9);
    }

    @Test
    void aLongLivedReaderKeepsItsSnapshotAndThenSeesTheNewestState() throws Exception {
        try (Connection reader = twin.target.connect()) {
            Twin.execute(reader, "begin");
            assertThat(Twin.text(reader, "select count(*) from t")).isEqualTo("300");
            for (int id = 1000; id < 1020; id++) {
                twin.write("insert into t values(" + id + ", 1)");
                twin.replicate();
                assertThat(Twin.text(reader, "select count(*) from t")).isEqualTo("300");
            }
            Twin.execute(reader, "commit");
            assertThat(Twin.text(reader, "select count(*) from t")).isEqualTo("320");
            twin.write("delete from t where id > 10", "vacuum");
            twin.replicate();
            assertThat(Twin.text(reader, "select count(*) from t")).isEqualTo("10");
        }
    }

    @Test
    void anOpenSnapshotHoldsTheRestartBackAndNothingElse() throws Exception {
        twin.write("insert into t values(1000, 1)");
        twin.replicate();
        try (Connection reader = twin.target.connect()) {
            Twin.execute(reader, "begin");
            assertThat(Twin.text(reader, "select count(*) from t")).isEqualTo("301");
            twin.write("insert into t values(1001, 1)");
            twin.replicate();
            assertThat(twin.replica.checkpoint().isComplete()).isFalse();
            assertThat(twin.replica.restartWal()).isFalse();
            twin.write("insert into t values(1002, 1)");
            twin.replicate();
            Twin.execute(reader, "commit");
        }
        assertThat(twin.replica.checkpoint().isComplete()).isTrue();
        assertThat(twin.replica.restartWal()).isTrue();
        assertThat(twin.replica.mark().frame()).isZero();
        twin.assertEqualContent("after the restart");
    }

    @Test
    void aRestartBeginsANewGenerationThatReadersFollow() throws Exception {
        twin.write("insert into t values(1000, 1)");
        twin.replicate();
        WalMark first = twin.replica.mark();
        for (int id = 1001; id < 1010; id++) {
            twin.replica.checkpoint();
            assertThat(twin.replica.restartWal()).isTrue();
            twin.write("insert into t values(" + id + ", 1)");
            twin.replicate();
            twin.assertEqualContent("id " + id);
        }
        assertThat(twin.replica.mark().isSameGeneration(first)).isFalse();
    }

    @Test
    void oneCommitSpansSeveralIndexSegmentsAndSmallOnesFollow() throws Exception {
        twin.close();
        Path many = java.nio.file.Files.createDirectory(directory.resolve("many"));
        twin = new Twin(many, "pragma page_size=512", TABLE);
        twin.write("insert into t values(1, randomblob(5000000))");
        twin.replicate();
        assertThat(twin.replica.mark().frame()).isGreaterThan(8158);
        for (int id = 2; id < 40; id++) {
            twin.write("insert into t values(" + id + ", randomblob(" + id * 100 + "))");
            twin.replicate();
        }
        twin.assertEqualContent("many frames");
        twin.assertEqualPages("many frames");
        twin.write("delete from t", "vacuum");
        twin.replicate();
        twin.assertEqualContent("shrunk");
    }

    @Test
    void aLargeCommitThatFailsHalfWayLeavesNothingInAnySegment() throws Exception {
        twin.close();
        Path many = java.nio.file.Files.createDirectory(directory.resolve("many"));
        twin = new Twin(many, "pragma page_size=512", TABLE);
        twin.write("insert into t values(1, 1)");
        twin.replicate();
        twin.write("insert into t values(2, randomblob(5000000))");
        FailurePoint.arm("APPLY_FRAMES_PARTIAL=full@18");
        assertThatThrownBy(twin::replicate).hasMessageContaining("No space left");
        FailurePoint.arm("");
        try (Connection reader = twin.target.connect()) {
            assertThat(Twin.text(reader, "select count(*) from t")).isEqualTo("1");
        }
        twin.replica.commit(twin.sourcePages(List.of(1)), twin.replica.databaseSizePages());
        twin.replicate();
        twin.assertEqualContent("after the second attempt");
        twin.assertEqualPages("after the second attempt");
    }

    @ParameterizedTest
    @EnumSource(
            value = FailurePoint.class,
            names = {"APPLY_FRAMES_PARTIAL", "APPLY_FRAMES_WRITTEN", "APPLY_INDEX_HASHED"})
    void aCommitThatFailsBeforePublishingIsInvisibleAndItsRemnantsAreCleared(FailurePoint point) throws Exception {
        twin.write("insert into t values(1000, randomblob(50000))");
        twin.replicate();
        WalMark before = twin.replica.mark();
        twin.write("insert into t values(1001, randomblob(50000))");
        FailurePoint.arm(point + "=error");
        for (int attempt = 0; attempt < 100; attempt++) { // enough to fill the hash chains if nobody cleared them
            assertThatThrownBy(twin::replicate).hasMessageContaining("injected");
        }
        FailurePoint.arm("");
        assertThat(twin.replica.mark()).isEqualTo(before);
        try (Connection reader = twin.target.connect()) {
            assertThat(Twin.text(reader, "select count(*) from t")).isEqualTo("301");
            assertThat(Twin.text(reader, "pragma integrity_check")).isEqualTo("ok");
        }
        twin.replica.commit(twin.sourcePages(List.of(1)), twin.replica.databaseSizePages());
        twin.replicate();
        twin.assertEqualContent(point.name());
    }

    @Test
    void aHalfPublishedHeaderIsRecoveredBySqliteWhenTheLockIsTakenAnew() throws Exception {
        twin.write("insert into t values(1000, 1)");
        FailurePoint.arm("APPLY_HEADER_HALF=error");
        assertThatThrownBy(twin::replicate).hasMessageContaining("injected");
        FailurePoint.arm("");
        assertThatThrownBy(twin::replicate).isInstanceOf(IOException.class).hasMessageContaining("damaged");
        twin.replica.release();
        twin.replica.acquire();
        twin.replicate();
        twin.assertEqualContent("after recovery");
    }

    @Test
    void aRefusedCommitLeavesTheReplicaAsItWas() throws Exception {
        int pages = twin.replica.databaseSizePages();
        assertThatThrownBy(() -> twin.replica.commit(page -> PageSource.END, pages))
                .hasMessageContaining("at least one page");
        assertThatThrownBy(() -> twin.replica.commit(twin.sourcePages(List.of(2, 1)), pages))
                .hasMessageContaining("page 1 cannot follow page 2");
        assertThatThrownBy(() -> twin.replica.commit(twin.sourcePages(List.of(pages)), pages - 1))
                .hasMessageContaining("cannot follow");
        assertThatThrownBy(() -> twin.replica.commit(filled(262145), 300000)).hasMessageContaining("lock page");
        assertThatThrownBy(() -> twin.replica.commit(filled(1), pages)).hasMessageContaining("page size cannot change");
        twin.write("insert into t values(1000, 1)");
        twin.replicate();
        twin.assertEqualContent("after refusals");
    }

    private static PageSource filled(int pageNumber) {
        return page -> {
            while (page.hasRemaining()) {
                page.put((byte) 8);
            }
            return pageNumber;
        };
    }

    @Test
    void aNodeThatWasPrimaryGoesOnFromWhatItWrote() throws Exception {
        twin.replica.release();
        assertThatThrownBy(() -> twin.replica.checkpoint()).hasMessageContaining("released");
        try (Connection connection = twin.target.connect()) {
            Twin.execute(connection, "insert into t values(1000, 'ours')");
        }
        twin.write("insert into t values(1000, 'ours')");
        twin.replica.acquire();
        twin.write("insert into t values(1001, 'theirs')");
        twin.replicate();
        twin.assertEqualContent("after being primary");
    }
}
