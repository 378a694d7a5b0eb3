package io.replsqlite.server.apply;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.replsqlite.server.sqlite.OtherProcess;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another process writes to the replica file in the instant in which the write lock is free. */
class ForeignWriterTest {
    private static final String WRITE = """
            import sqlite3, sys
            db = sqlite3.connect(sys.argv[1], timeout=5, isolation_level=None)
            db.execute('pragma wal_autocheckpoint=0')
            for sql in sys.argv[2:]:
                db.execute(sql).fetchall()
            """;

    @TempDir
    Path directory;

    private Twin twin;

    @BeforeEach
    void open() throws Exception {
        twin = new Twin(
                directory,
                "create table t(id integer primary key, v)",
                "with recursive n(i) as (select 1 union all select i + 1 from n where i < 3000)"
                        + " insert into t select i, hex(i) from n");
        twin.write("insert into t values(5000, 1)");
        twin.replicate();
    }

    @AfterEach
    void close() throws Exception {
        twin.close();
    }

    private Runnable foreign(String... sql) {
        return () -> {
            String[] arguments = new String[sql.length + 1];
            arguments[0] = twin.target.database().toString();
            System.arraycopy(sql, 0, arguments, 1, sql.length);
            try (OtherProcess writer = OtherProcess.python(WRITE, arguments)) {
                assertThat(writer.finish()).isEmpty();
            } catch (Exception e) {
                throw new AssertionError(e);
            } finally {
                twin.replica.afterRelease = () -> {};
                twin.replica.beforeRetake = () -> {};
            }
        };
    }

    private ForeignWrite caught(ThrowingCallable operation) {
        return assertThatExceptionOfType(ForeignWriteException.class)
                .isThrownBy(operation)
                .actual()
                .foreignWrite();
    }

    private void repair(Set<Integer> pages, int rightSizePages) throws Exception {
        twin.replica.commit(twin.sourcePages(pages), rightSizePages);
        twin.assertEqualContent("after the repair");
        twin.write("insert into t values(6000, 1)");
        twin.replicate();
        twin.replica.checkpoint();
        twin.replica.restartWal();
        twin.assertEqualContent("after the repair and one more commit");
        twin.assertEqualPages("after the repair and one more commit");
    }

    private Set<Integer> allPages(int size) {
        return IntStream.rangeClosed(1, size).boxed().collect(Collectors.toCollection(java.util.TreeSet::new));
    }

    @Test
    void aWriteBeforeACheckpointIsReportedPageByPageAndRepaired() throws Exception {
        int size = twin.replica.databaseSizePages();
        twin.replica.afterRelease = foreign("update t set v = 'foreign' where id = 1", "delete from t where id = 2");
        ForeignWrite found = caught(() -> twin.replica.checkpoint());
        assertThat(found).isInstanceOf(ForeignWrite.Pages.class);
        Set<Integer> pages = ((ForeignWrite.Pages) found).toRepair(size);
        assertThat(pages).isNotEmpty().hasSizeLessThan(4);
        repair(pages, size);
    }

    @Test
    void aWriteBeforeARestartIsReportedPageByPageAndRepaired() throws Exception {
        int size = twin.replica.databaseSizePages();
        twin.replica.checkpoint();
        twin.replica.afterRelease = foreign("update t set v = 'foreign' where id = 1");
        ForeignWrite found = caught(() -> twin.replica.restartWal());
        assertThat(found).isInstanceOf(ForeignWrite.Pages.class);
        repair(((ForeignWrite.Pages) found).toRepair(size), size);
    }

    @Test
    void aWriteAfterTheRestartIsReportedPageByPageAndRepaired() throws Exception {
        int size = twin.replica.databaseSizePages();
        twin.replica.checkpoint();
        twin.replica.beforeRetake = foreign("insert into t values(9000, 'foreign')", "delete from t where id < 2000");
        ForeignWrite found = caught(() -> twin.replica.restartWal());
        assertThat(found).isInstanceOf(ForeignWrite.Pages.class);
        repair(((ForeignWrite.Pages) found).toRepair(size), size);
    }

    @Test
    void aForeignShrinkAndGrowthIsRepairedToTheRightSize() throws Exception {
        int size = twin.replica.databaseSizePages();
        twin.replica.afterRelease =
                foreign("delete from t where id > 10", "vacuum", "create table y as select * from t");
        ForeignWrite found = caught(() -> twin.replica.checkpoint());
        assertThat(found.databaseSizePages()).isLessThan(size);
        repair(((ForeignWrite.Pages) found).toRepair(size), size);
    }

    @Test
    void aWriteThatWasCheckpointedAwayHasUnknownExtent() throws Exception {
        int size = twin.replica.databaseSizePages();
        twin.replica.afterRelease = foreign("delete from t where id > 10", "pragma wal_checkpoint(truncate)");
        assertThat(caught(() -> twin.replica.checkpoint())).isInstanceOf(ForeignWrite.UnknownExtent.class);
        repair(allPages(size), size);
    }

    @Test
    void aWriteHalfOfWhichWasCheckpointedAwayHasUnknownExtent() throws Exception {
        int size = twin.replica.databaseSizePages();
        twin.replica.afterRelease = foreign(
                "delete from t where id = 10", "pragma wal_checkpoint(truncate)", "delete from t where id = 2000");
        assertThat(caught(() -> twin.replica.checkpoint())).isInstanceOf(ForeignWrite.UnknownExtent.class);
        repair(allPages(size), size);
    }

    @Test
    void aWriteAfterOurLocksWereDroppedIsFoundAtTheNextCommit() throws Exception {
        int size = twin.replica.databaseSizePages();
        new RandomAccessFile(twin.target.database() + "-shm", "r").close(); // what nobody in this process may do
        foreign("delete from t where id = 1").run(); // without the dead-man lock, it also builds the index anew
        Set<Integer> all = allPages(size);
        assertThat(caught(() -> twin.replica.commit(twin.sourcePages(all), size)))
                .isInstanceOf(ForeignWrite.UnknownExtent.class);
        repair(all, size);
    }

    @Test
    void aForeignCheckpointAloneIsNoForeignWrite() throws Exception {
        twin.replica.afterRelease = foreign("pragma wal_checkpoint(truncate)");
        assertThat(twin.replica.checkpoint()).isEqualTo(new CheckpointResult(0, 0));
        twin.write("insert into t values(6000, 1)");
        twin.replicate();
        twin.assertEqualContent("after a foreign checkpoint");
    }

    @Test
    void aForeignWriterThatKeepsTheLockIsWaitedForAndThenFound() throws Exception {
        int size = twin.replica.databaseSizePages();
        OtherProcess holder = OtherProcess.python("""
                import sqlite3, sys
                db = sqlite3.connect(sys.argv[1], timeout=5, isolation_level=None)
                sys.stdin.readline()
                db.execute('begin immediate')
                db.execute("update t set v = 'foreign' where id = 1")
                print('holding', flush=True)
                sys.stdin.readline()
                db.execute('commit')
                """, twin.target.database().toString());
        try (holder) {
            twin.replica.afterRelease = () -> {
                try {
                    holder.writeLine("take it");
                    assertThat(holder.readLine()).isEqualTo("holding");
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            };
            assertThatExceptionOfType(WriteLockBusyException.class).isThrownBy(() -> twin.replica.checkpoint());
            twin.replica.afterRelease = () -> {};
            holder.writeLine("let go");
            holder.finish();
            twin.write("insert into t values(5500, 1)");
            ForeignWrite found = caught(twin::replicate);
            repairThenReplicate((ForeignWrite.Pages) found, size);
        }
    }

    private void repairThenReplicate(ForeignWrite.Pages found, int size) throws Exception {
        Set<Integer> pages = found.toRepair(size);
        pages.add(1);
        twin.replica.commit(twin.sourcePages(pages), size);
        twin.replicate();
        twin.assertEqualContent("after the repair");
    }
}
