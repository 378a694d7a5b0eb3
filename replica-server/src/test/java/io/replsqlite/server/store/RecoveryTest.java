package io.replsqlite.server.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.server.apply.ReplicaFile;
import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.server.log.CursorSearch;
import io.replsqlite.server.log.LogCursor;
import io.replsqlite.server.pages.PageChecksums;
import io.replsqlite.server.pages.PageSpool;
import io.replsqlite.server.scan.PageScan;
import io.replsqlite.server.store.DatabaseFixture.Writer;
import io.replsqlite.server.wal.WalHeader;
import io.replsqlite.server.wal.WalIndexHeader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Each row of the table in this package's documentation, as a real database on disk. */
@Timeout(60)
class RecoveryTest {
    private static final int ROWS = 5;

    @TempDir
    Path directory;

    private DatabaseFixture database;
    private Position head;
    private int frameBeforeLast;
    private int pageSize;

    /** ROWS commits in WAL and log, none of them checkpointed. */
    @BeforeEach
    void write() throws Exception {
        database = DatabaseFixture.adoptIn(directory);
        try (OpenDatabase open = database.open();
                Writer writer = new Writer(open)) {
            pageSize = open.pageSize();
            writer.commit("create table t(x)");
            for (int i = 1; i <= ROWS; i++) {
                frameBeforeLast = writer.frame();
                head = writer.commit("insert into t values(randomblob(9000))");
            }
        }
    }

    private interface Check {
        void on(OpenDatabase open) throws Exception;
    }

    private void reopen(Check check) throws Exception {
        try (OpenDatabase open = database.open()) {
            check.on(open);
        }
    }

    private static long rows(OpenDatabase open) throws Exception {
        try (Connection connection = open.files().connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from t")) {
            row.next();
            return row.getLong(1);
        }
    }

    /** What every successful recovery must give: file, checksums and log say the same. */
    private static void assertAtHead(OpenDatabase open, Position head) throws Exception {
        assertThat(open.log().durableHead()).isEqualTo(head);
        assertThat(open.checksums().position()).isEqualTo(head);
        assertThat(open.actual()).isNull();
        assertThat(open.isBehind()).isFalse();
        WalIndexHeader header = open.files().walIndex().readHeader();
        long[] found = new PageScan(open.files(), header).checksums((done, of) -> {});
        assertThat(PageChecksums.stateOf(found, found.length)).isEqualTo(head.checksum());
    }

    private void cutWalBehind(int frame) throws IOException {
        try (RandomAccessFile wal =
                new RandomAccessFile(database.paths().walFile().toFile(), "rw")) {
            wal.setLength(WalHeader.frameOffset(frame + 1, pageSize));
        }
        Files.deleteIfExists(database.paths().walIndexFile()); // SQLite then believes the WAL alone
    }

    private void removeWal() throws IOException {
        Files.deleteIfExists(database.paths().walFile());
        Files.deleteIfExists(database.paths().walIndexFile());
    }

    /** As any program may while no node runs; closing checkpoints, so that everything is in the database file. */
    private void writeForeign(String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:sqlite:" + database.paths().databaseFile());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void whereTheWalHoldsTheLogsLastCommitThereIsNothingToDo() throws Exception {
        reopen(open -> {
            assertAtHead(open, head);
            assertThat(open.hasTail()).isFalse();
            assertThat(rows(open)).isEqualTo(ROWS);
        });
    }

    @Test
    void commitsBehindTheLogsLastOneAreATail() throws Exception {
        try (OpenDatabase open = database.open();
                Writer writer = new Writer(open)) {
            writer.commitUncaptured("insert into t values('uncaptured')");
        }
        reopen(open -> {
            assertThat(open.hasTail()).isTrue();
            assertThat(open.checksums().position()).isEqualTo(head);
            assertThat(open.actual()).isNull();
            try (Writer writer = new Writer(open)) {
                Position next = writer.commit("insert into t values('next')");
                assertThat(next.txid().value())
                        .as("both are captured")
                        .isEqualTo(head.txid().value() + 2);
            }
        });
    }

    @Test
    void aWalThatEndsBeforeTheLogsLastCommitGetsEverythingAsOneCommit() throws Exception {
        cutWalBehind(frameBeforeLast);
        reopen(open -> {
            assertAtHead(open, head);
            assertThat(rows(open)).isEqualTo(ROWS);
            assertThat(open.hasTail()).isFalse();
        });
    }

    @Test
    void aTornLastCommitInTheWalIsMadeWhole() throws Exception {
        cutWalBehind(frameBeforeLast + 1); // its first frame is there, the one that commits is not
        reopen(open -> {
            assertAtHead(open, head);
            assertThat(rows(open)).isEqualTo(ROWS);
        });
    }

    @Test
    void withoutAWalAnUntouchedFileGetsWhatTheLogHas() throws Exception {
        removeWal();
        reopen(open -> {
            assertAtHead(open, head);
            assertThat(rows(open)).isEqualTo(ROWS);
        });
    }

    @Test
    void withoutAWalAnUntouchedFileAtTheLogsEndNeedsNothing() throws Exception {
        Path second = Files.createDirectory(directory.resolve("second"));
        database = DatabaseFixture.adoptIn(second);
        removeWal();
        reopen(open -> {
            assertAtHead(open, open.log().base());
            assertThat(open.hasTail()).isFalse();
        });
    }

    @Test
    void framesThatWereAppliedHereAreFollowedByTheRestOfTheLogAsOneCommit() throws Exception {
        DatabaseFixture primary = database;
        database = copyOfAnAdoptedOne("follower");
        try (OpenDatabase from = primary.open();
                OpenDatabase to = database.open()) {
            receive(from, to, 3);
            applyAll(to);
            receive(from, to, Integer.MAX_VALUE); // in the log, and the process dies before it is applied
        }
        reopen(open -> {
            assertAtHead(open, head);
            assertThat(rows(open)).isEqualTo(ROWS);
        });
    }

    /** The same database as it was before the first commit, as a follower gets it: by its log's base. */
    private DatabaseFixture copyOfAnAdoptedOne(String name) throws Exception {
        DatabaseFixture empty = DatabaseFixture.adoptIn(Files.createDirectory(directory.resolve("origin")));
        Path origin = DurableFiles.parentOf(empty.paths().databaseFile());
        Path target = directory.resolve(name);
        try (Stream<Path> tree = Files.walk(origin)) {
            for (Path path : (Iterable<Path>) tree::iterator) {
                Files.copy(path, target.resolve(origin.relativize(path)), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        return DatabaseFixture.at(DatabasePaths.of(target, "app"));
    }

    private static void receive(OpenDatabase from, OpenDatabase to, int records) throws IOException {
        CursorSearch search = from.log().after(to.log().head());
        assertThat(search).isInstanceOf(CursorSearch.Found.class);
        try (LogCursor cursor = ((CursorSearch.Found) search).cursor()) {
            for (int i = 0; i < records && cursor.advance() == LogCursor.Advance.RECORD; i++) {
                ByteArrayOutputStream body = new ByteArrayOutputStream();
                cursor.record().transferBody(body);
                var ignored = to.log().appendBody(new ByteArrayInputStream(body.toByteArray()));
            }
        }
        var ignored = to.log().sync();
    }

    private static void applyAll(OpenDatabase to) throws Exception {
        try (ReplicaFile file = ReplicaFile.open(to.files(), MonotonicClock.SYSTEM);
                RecordApplier applier = new RecordApplier(
                        to.log(), to.checksums(), new PageSpool(to.paths().spoolFile(), 1 << 20), 1)) {
            while (applier.applyNext(file, RecordApplier.NO_LIMIT)) {
                assertThat(applier.spool()).isNotNull();
            }
        }
    }

    @Test
    void aFileThatSomebodyHasCheckpointedIsReadWholeAndFoundRight() throws Exception {
        writeForeign("select 1"); // opening and closing moves the WAL into the file
        assertThat(database.paths().walFile()).doesNotExist();
        reopen(open -> {
            assertAtHead(open, head);
            assertThat(rows(open)).isEqualTo(ROWS);
        });
    }

    @Test
    void aFileThatSomebodyHasChangedIsNotTakenForWhatTheLogSays() throws Exception {
        writeForeign("insert into t values('foreign')");
        reopen(open -> {
            assertThat(open.actual()).as("every page as found").isNotNull();
            assertThat(open.isBehind()).as("it lacks nothing").isFalse();
            assertThat(open.log().durableHead()).isEqualTo(head);
            assertThat(rows(open)).isEqualTo(ROWS + 1);
        });
    }

    @Test
    void aFileThatLacksCommitsAndWasChangedAsWellMustNotBeLed() throws Exception {
        cutWalBehind(frameBeforeLast);
        writeForeign("create table foreign_one(x)");
        reopen(open -> {
            assertThat(open.actual()).isNotNull();
            assertThat(open.isBehind()).isTrue();
        });
    }

    @Test
    void afterAResyncThatDidNotEndEveryPageIsReadAgain() throws Exception {
        Files.write(database.paths().resyncMarker(), List.of("pages of a resync"));
        reopen(open -> {
            assertAtHead(open, head);
            assertThat(rows(open)).isEqualTo(ROWS);
        });
    }

    @Test
    void damagedChecksumsAreMadeAnewFromThePages() throws Exception {
        try (RandomAccessFile file =
                new RandomAccessFile(database.paths().checksumFile().toFile(), "rw")) {
            file.setLength(file.length() / 2);
        }
        reopen(open -> {
            assertAtHead(open, head);
            assertThat(rows(open)).isEqualTo(ROWS);
        });
    }
}
