package io.replsqlite.server.backup.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Txid;
import io.replsqlite.server.backup.storage.ObjectStore;
import io.replsqlite.server.backup.storage.StorageException;
import io.replsqlite.server.backup.storage.StoreUrl;
import io.replsqlite.server.backup.storage.Stores;
import io.replsqlite.server.ltx.LtxEncoder;
import io.replsqlite.server.ltx.LtxFileName;
import io.replsqlite.server.ltx.LtxHeader;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Restores that end in the middle and go on: of a snapshot of three download ranges and a change set of as many. */
@Timeout(60)
class RestoreResumeTest {
    private static final int PAGE = 4096;
    private static final long STEP_BYTES = 1 << 20;

    @TempDir
    Path directory;

    private Path source;
    private Path target;

    @BeforeEach
    void fill() throws Exception {
        source = directory.resolve("source.db");
        target = directory.resolve("target.db");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + source);
                Statement statement = connection.createStatement()) {
            statement.execute("create table t(id integer primary key, x)");
            statement.execute("with recursive c(n) as (values(1) union all select n + 1 from c where n < 2500)"
                    + " insert into t(x) select randomblob(4000) from c");
        }
        byte[] before = Files.readAllBytes(source);
        write(9, 1, before, null);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + source);
                Statement statement = connection.createStatement()) {
            statement.execute("update t set x = randomblob(4000) where id > 100");
        }
        write(0, 2, Files.readAllBytes(source), before);
    }

    @AfterEach
    void disarm() {
        FailurePoint.arm("");
    }

    private Path backup() {
        return directory.resolve("backup");
    }

    /** @param before null for all pages */
    private void write(int level, long txid, byte[] database, byte[] before) throws IOException, SQLException {
        int pages = database.length / PAGE;
        LtxHeader header = LtxHeader.of(PAGE, pages, new Txid(txid), new Txid(txid), 1000 * txid);
        Path file =
                backup().resolve("ltx/" + level).resolve(LtxFileName.of(header).toString());
        Files.createDirectories(file.getParent());
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
            LtxEncoder encoder = new LtxEncoder();
            encoder.begin(out::write, header);
            for (int i = 0; i < pages; i++) {
                int at = i * PAGE;
                boolean same = before != null
                        && at + PAGE <= before.length
                        && Arrays.equals(database, at, at + PAGE, before, at, at + PAGE);
                if (!same) {
                    long ignored = encoder.page(i + 1, database, at);
                }
            }
            var ignored = encoder.finish();
        }
    }

    private static ObjectStore store(Path backup) throws IOException {
        return Stores.open(StoreUrl.parse("file://" + backup), null);
    }

    private static RestoreResult restore(ObjectStore store, Path target) throws IOException {
        BackupPlace place = BackupPlace.find(store, false, OptionalLong.empty());
        return new Restore(
                        place,
                        new RestorePoint.Latest(),
                        new RestoreTarget(target, false),
                        (done, of) -> {},
                        MonotonicClock.SYSTEM,
                        STEP_BYTES)
                .run();
    }

    /** A store that is out for every read of an object behind an offset. */
    private static final class CutStore extends io.replsqlite.server.backup.storage.StoreDouble {
        private final String object;
        private final long behind;

        CutStore(ObjectStore inner, String object, long behind) {
            super(inner);
            this.object = object;
            this.behind = behind;
        }

        @Override
        public byte[] read(String key, long offset, int length) throws IOException {
            if (key.contains(object) && offset >= behind) {
                throw new StorageException(StorageException.Kind.UNAVAILABLE, "the store is out", null);
            }
            return super.read(key, offset, length);
        }
    }

    private void cut(String object, long behind) {
        assertThatThrownBy(() -> restore(new CutStore(store(backup()), object, behind), target))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("out");
        assertThat(target).doesNotExist();
    }

    private Path left(String suffix) {
        return target.resolveSibling(target.getFileName() + suffix);
    }

    private RestoreResult finish() throws IOException {
        RestoreResult result = restore(store(backup()), target);
        assertThat(target).hasSameBinaryContentAs(source);
        try (var files = Files.list(directory)) {
            assertThat(files.filter(file -> file.getFileName().toString().startsWith("target.db.")))
                    .allMatch(file -> file.toString().endsWith(".lock"));
        }
        return result;
    }

    @Test
    void anOutageInTheMiddleOfAFileIsGoneOnFrom() throws Exception {
        cut("ltx/9/", 8 << 20);
        RestoreResult result = finish();
        assertThat(result.resumedBytes()).isBetween(6L << 20, 8L << 20);
        assertThat(result.downloadedBytes() + result.resumedBytes())
                .isEqualTo(Files.size(files().get(0)) + Files.size(files().get(1)));
    }

    @Test
    void anOutageInALaterFileIsGoneOnFrom() throws Exception {
        cut("ltx/0/", 8 << 20);
        RestoreResult result = finish();
        assertThat(result.resumedBytes()).isBetween(16L << 20, 19L << 20);
    }

    @Test
    void severalOutagesInOneRestoreAreGoneOnFrom() throws Exception {
        cut("ltx/9/", 4 << 20);
        cut("ltx/9/", 6 << 20); // ranges begin where the record stands
        cut("ltx/0/", 4 << 20);
        assertThat(finish().resumedBytes()).isGreaterThan(11L << 20);
    }

    private List<Path> files() throws IOException {
        try (var files = Files.walk(backup())) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void whateverHasBecomeOfWhatIsLeftTheResultIsRight() throws Exception {
        cut("ltx/0/", 8 << 20);
        byte[] partial = Files.readAllBytes(left(".restoring"));
        byte[] record = Files.readAllBytes(left(".restoring.resume"));
        byte[] flipped = partial.clone();
        flipped[50 * PAGE + 7] ^= 1; // of a page that no later file brings again
        leave(flipped, record);
        finish();
        leave(Arrays.copyOf(partial, partial.length / 3), record);
        finish();
        byte[] badRecord = record.clone();
        badRecord[record.length / 2] ^= 1;
        leave(partial, badRecord);
        assertThat(finish().resumedBytes()).isZero();
        leave(partial, Arrays.copyOf(record, 100));
        assertThat(finish().resumedBytes()).isZero();
    }

    private void leave(byte[] partial, byte[] record) throws IOException {
        Files.deleteIfExists(target);
        Files.write(left(".restoring"), partial);
        Files.write(left(".restoring.resume"), record);
    }

    @Test
    void aRestoreThatIsGivenUpIsGoneOnFrom() throws Exception {
        Restore givenUp = new Restore(
                BackupPlace.find(store(backup()), false, OptionalLong.empty()),
                new RestorePoint.Latest(),
                new RestoreTarget(target, false),
                (done, of) -> {
                    if (done > 8 << 20) {
                        throw new RestoreGivenUpException("something else to do");
                    }
                },
                MonotonicClock.SYSTEM,
                STEP_BYTES);
        assertThatThrownBy(givenUp::run).isInstanceOf(RestoreGivenUpException.class);
        assertThat(finish().resumedBytes()).isGreaterThan(5L << 20);
    }

    /** A crash between the last two steps leaves one file under two names. */
    @Test
    void whatIsInItsPlaceAlreadyIsNoTemporaryFile() throws Exception {
        finish();
        byte[] precious = Files.readAllBytes(target);
        Files.createLink(left(".restoring"), target);
        new Restore(
                        BackupPlace.find(store(backup()), false, OptionalLong.empty()),
                        new RestorePoint.AtTxid(new Txid(1)),
                        new RestoreTarget(target, true),
                        (done, of) -> {},
                        MonotonicClock.SYSTEM,
                        STEP_BYTES)
                .run();
        try (var files = Files.list(directory)) {
            assertThat(files.filter(file -> file.toString().contains(".replaced-")))
                    .singleElement()
                    .satisfies(aside -> assertThat(aside).hasBinaryContent(precious));
        }
        assertThat(left(".restoring")).doesNotExist();
        assertThat(Files.readAllBytes(target)).isNotEqualTo(precious);
    }

    @Test
    void anotherPlanStartsOver() throws Exception {
        cut("ltx/0/", 8 << 20);
        for (Path file : files()) {
            Files.delete(file);
        }
        write(9, 3, Files.readAllBytes(source), null); // covers 3 only as a base of its own
        Files.move(
                backup().resolve("ltx/9/0000000000000003-0000000000000003.ltx"),
                backup().resolve("ltx/9/0000000000000001-0000000000000003.ltx"));
        assertThatThrownBy(() -> restore(store(backup()), target)).hasMessageContaining("is named");
        assertThat(left(".restoring.resume")).doesNotExist();
    }

    @Test
    void aKilledRestoreIsGoneOnFrom() throws Exception {
        Process killed = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-D" + FailurePoint.PROPERTY + "=RESTORE_RECORDED=halt@5",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Child.class.getName(),
                        backup().toString(),
                        target.toString())
                .inheritIO()
                .start();
        assertThat(killed.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(killed.exitValue()).isEqualTo(FailurePoint.HALT_EXIT_CODE);
        assertThat(target).doesNotExist();
        assertThat(finish().resumedBytes()).isGreaterThan(4L << 20);
    }

    /** A restore in a process of its own. */
    static final class Child {
        private Child() {}

        public static void main(String[] arguments) throws IOException {
            RestoreResult ignored = restore(store(Path.of(arguments[0])), Path.of(arguments[1]));
        }
    }

    @Test
    void damageIsToldAndNothingIsLeftBehind() throws Exception {
        Path file = backup().resolve("ltx/0/0000000000000002-0000000000000002.ltx");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 40] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> restore(store(backup()), target)).hasMessageContaining("ltx/0/");
        try (var files = Files.list(directory)) {
            assertThat(files.filter(one -> one.getFileName().toString().startsWith("target")))
                    .allMatch(one -> one.toString().endsWith(".lock"));
        }
    }

    @Test
    void twoRestoresToOneTargetExcludeEachOther() throws Exception {
        try (RestoreLock ignored = RestoreLock.of(left(".restoring"))) {
            assertThatThrownBy(() -> restore(store(backup()), target))
                    .isInstanceOf(RestoreException.class)
                    .hasMessageContaining("under way");
        }
        finish();
    }

    @Test
    void aRestoreThatIsNotWantedAnyMoreEndsAmidItsCheckAndIsGoneOnWithLater() throws Exception {
        Restore.Progress unwanted = new Restore.Progress() {
            @Override
            public void read(long bytes, long ofBytes) {
                assertThat(bytes).isLessThanOrEqualTo(ofBytes);
            }

            @Override
            public void checking() throws IOException {
                throw new RestoreGivenUpException("not wanted any more");
            }
        };
        BackupPlace place = BackupPlace.find(store(backup()), false, OptionalLong.empty());
        Restore restore = new Restore(
                place,
                new RestorePoint.Latest(),
                new RestoreTarget(target, false),
                unwanted,
                MonotonicClock.SYSTEM,
                STEP_BYTES);
        assertThatThrownBy(restore::run)
                .isInstanceOf(RestoreGivenUpException.class)
                .hasMessage("not wanted any more");
        assertThat(target).doesNotExist();
        assertThat(finish().resumedBytes()).isPositive();
    }
}
