package io.replsqlite.server.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Position;
import io.replsqlite.server.ltx.PageChecksum;
import io.replsqlite.server.pages.PageChecksums;
import io.replsqlite.server.sqlite.SqliteFiles;
import io.replsqlite.server.wal.WalIndexHeader;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PageScanTest {
    @TempDir
    Path directory;

    private SqliteFiles files;
    private Connection writer;

    @BeforeEach
    void open() throws Exception {
        files = SqliteFiles.open(directory.resolve("a.db"));
        writer = files.connect();
        write("create table t(id integer primary key, x)");
        write("with recursive n(i) as (select 1 union all select i + 1 from n where i < 20)"
                + " insert into t select i, randomblob(3000) from n");
    }

    @AfterEach
    void close() throws Exception {
        files.close();
    }

    private void write(String sql) throws SQLException {
        try (Statement statement = writer.createStatement()) {
            statement.execute(sql);
        }
    }

    private WalIndexHeader header() throws IOException {
        WalIndexHeader header = files.walIndex().readHeader();
        assertThat(header).isNotNull();
        return header;
    }

    private PageScan scan() throws IOException {
        return new PageScan(files, header());
    }

    private static long[] checksums(PageScan scan) throws IOException {
        return scan.checksums((done, of) -> {});
    }

    /** Page by page, which goes another way than the scan of runs. */
    private static long[] oneByOne(PageScan scan) throws IOException {
        long[] entries = new long[scan.databasePages()];
        byte[] page = new byte[scan.pageSize()];
        for (int i = 0; i < entries.length; i++) {
            scan.read(i + 1, page);
            entries[i] = PageChecksum.of(i + 1, page, 0, page.length);
        }
        return entries;
    }

    private void checkpoint() throws SQLException {
        write("pragma wal_checkpoint(truncate)");
    }

    @Test
    void aPageIsTheSameInTheWalAndInTheDatabaseFile() throws Exception {
        long[] inWal = checksums(scan());
        checkpoint();
        assertThat(header().maxFrame()).as("all of it is in the file").isZero();
        assertThat(checksums(scan())).isEqualTo(inWal).hasSizeGreaterThan(15);
    }

    @Test
    void aMixtureOfFileAndWalIsReadAsOneState() throws Exception {
        long[] before = checksums(scan());
        checkpoint();
        write("update t set x = 'changed' where id = 7");
        write("insert into t(x) values(randomblob(30000))"); // pages behind the file's end
        PageScan mixed = scan();
        long[] after = checksums(mixed);
        assertThat(after).isEqualTo(oneByOne(mixed)).hasSizeGreaterThan(before.length);
        checkpoint();
        assertThat(checksums(scan())).isEqualTo(after);
    }

    @Test
    void laterCommitsAreNotInAnEarlierSnapshot() throws Exception {
        try (Connection reader = files.connect();
                Statement snapshot = reader.createStatement()) {
            snapshot.execute("begin");
            snapshot.executeQuery("select count(*) from t").close(); // keeps the snapshot's frames
            PageScan early = scan();
            long[] before = checksums(early);
            write("update t set x = 'later'");
            assertThat(checksums(early)).isEqualTo(before);
            assertThat(checksums(scan())).isNotEqualTo(before);
            snapshot.execute("commit");
        }
    }

    @Test
    void aDatabaseThatHasShrunkHasNoPagesBehindItsEnd() throws Exception {
        checkpoint();
        int before = scan().databasePages();
        write("delete from t where id > 2");
        write("vacuum");
        PageScan shrunk = scan();
        assertThat(files.pagesInDatabaseFile())
                .as("the file is as long as before")
                .isEqualTo(before);
        assertThat(checksums(shrunk)).hasSize(shrunk.databasePages()).hasSizeLessThan(before);
    }

    @Test
    void exactlyThePagesThatDifferAreNamed() throws Exception {
        PageChecksums expected = new PageChecksums();
        expected.reset(Position.START, checksums(scan()));
        assertThat(scan().differingFrom(expected, (done, of) -> {})).isEmpty();

        write("update t set x = zeroblob(3000) where id = 9");
        long[] now = checksums(scan());
        List<Integer> changed = new ArrayList<>();
        for (int i = 0; i < now.length; i++) {
            if (now[i] != expected.get(i + 1)) {
                changed.add(i + 1);
            }
        }
        int[] differing = scan().differingFrom(expected, (done, of) -> {});
        assertThat(differing)
                .containsExactly(changed.stream().mapToInt(page -> page).toArray());
        assertThat(differing).hasSizeBetween(1, 3);
    }

    @Test
    void progressEndsWithAllPages() throws Exception {
        List<Integer> done = new ArrayList<>();
        PageScan scan = scan();
        long[] ignored = scan.checksums((pages, of) -> {
            assertThat(of).isEqualTo(scan.databasePages());
            done.add(pages);
        });
        assertThat(done).last().isEqualTo(scan.databasePages());
    }
}
