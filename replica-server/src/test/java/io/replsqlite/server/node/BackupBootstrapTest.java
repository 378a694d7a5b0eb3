package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.server.backup.bootstrap.BackupFirstCopy;
import io.replsqlite.server.backup.storage.BackupTargets;
import io.replsqlite.server.backup.storage.StoreAccess;
import io.replsqlite.server.backup.storage.StoreUrl;
import io.replsqlite.server.files.DurableFiles;
import io.replsqlite.server.follow.FirstCopy;
import io.replsqlite.server.log.LogSettings;
import io.replsqlite.server.store.DatabasePaths;
import io.replsqlite.server.store.LostLog;
import io.replsqlite.server.store.StoreSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A follower without a copy takes it from the backup, if it can, and what came since from the primary. */
class BackupBootstrapTest extends BackupFixture {
    private final List<String> told = new ArrayList<>();
    private final Logger logger = Logger.getLogger("io.replsqlite.server.backup.bootstrap.BackupFirstCopy");
    private final Handler listening = new Handler() {
        @Override
        public void publish(LogRecord message) {
            synchronized (told) {
                told.add(java.text.MessageFormat.format(message.getMessage(), message.getParameters()));
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private ReplicaNode primary;

    @BeforeEach
    void fill() throws Exception {
        logger.setLevel(Level.INFO);
        logger.addHandler(listening);
        primary = startWithBackup("one");
        write(primary, "create table t(x)");
        awaitUploaded(primary, write(primary, "insert into t values (randomblob(20000))"));
    }

    @AfterEach
    void disarm() {
        FailurePoint.arm("");
        logger.removeHandler(listening);
    }

    private String told() {
        synchronized (told) {
            return String.join("\n", told);
        }
    }

    private Path state(String node) {
        return directory.resolve(node).resolve("app.db-replsqlite");
    }

    /** Starts a follower; answers the position that it must come to. */
    private Position followWith(String name) throws Exception {
        ReplicaNode follower = startWithBackup(name, "bootstrap", "backup");
        Position last = write(primary, "insert into t values ('later')");
        awaitApplied(follower, last);
        assertThat(database(follower).files().orElseThrow().log().head()).isEqualTo(last);
        assertSound(follower);
        assertThat(count(name)).isEqualTo(count("one"));
        return last;
    }

    @Test
    void theCopyComesFromTheBackupAndTheRestFromThePrimarysLog() throws Exception {
        Position uploaded = status(primary).uploaded();
        followWith("two");
        Position base = database(nodes.get("two")).files().orElseThrow().log().base();
        assertThat(told())
                .contains("first copy is that of the backup")
                .contains("txid " + base.txid().value());
        assertThat(base.txid()).isGreaterThanOrEqualTo(uploaded.txid());
        Position last = write(primary, "insert into t values ('from the log')");
        awaitApplied(nodes.get("two"), last);
        assertThat(database(nodes.get("two")).files().orElseThrow().log().base())
                .as("the log begins where the backup ended")
                .isEqualTo(base);
        assertThat(state("two").resolve("from-backup")).doesNotExist();
    }

    @Test
    void aFollowerThatBeganInTheBackupLeadsAndIsFollowed() throws Exception {
        followWith("two");
        stop("one");
        ReplicaNode two = nodes.get("two");
        await("the failover", () -> database(two).isLeading());
        Position written = write(two, "insert into t values ('after the failover')");
        primary = startWithBackup("one");
        awaitApplied(primary, written);
        assertSound(primary);
    }

    @Test
    void aBackupThatIsGoneOrDamagedOrAnothersIsToldAndThePrimaryAsked() throws Exception {
        Path generations = backup().resolve("app/generations");
        Path file = generations.resolve(names(generations).get(0));
        String good = Files.readString(file);
        Files.writeString(file, good.replaceAll("\"databaseId\":\"[0-9a-f]{8}", "\"databaseId\":\"00000000"));
        followWith("two");
        assertThat(told()).contains("it is not the backup of database");
        Files.writeString(file, good);
        for (String name : names(generation(1).resolve("ltx/9"))) {
            Path snapshot = generation(1).resolve("ltx/9").resolve(name);
            byte[] bytes = Files.readAllBytes(snapshot);
            bytes[bytes.length / 2] ^= 1;
            Files.write(snapshot, bytes);
        }
        followWith("three");
        assertThat(told()).contains("the primary is asked for one: " + "0000000000000001/ltx/9/");
        DurableFiles.deleteTree(backup().resolve("app"));
        followWith("four");
        assertThat(told()).contains("there is no backup in");
        assertThat(state("three").resolve("from-backup")).doesNotExist();
    }

    @Test
    void aBackupThatHasMoreThanThePrimaryIsRewound() throws Exception {
        Position lost = write(primary, "insert into t values ('lost')");
        awaitUploaded(primary, lost);
        stop("one");
        DurableFiles.deleteTree(directory.resolve("one"));
        DurableFiles.deleteTree(directory.resolve("lease"));
        // the same database again, from an earlier state of its directory: here simply founded anew by a rebirth
        try (NodeRebirth rebirth = RebirthTest.plan(directory.resolve("one"), backupUrl())) {
            rebirth.run((done, of) -> {});
        }
        primary = start("one");
        write(primary, "delete from t where x = 'lost'");
        followWith("two");
        assertThat(told()).contains("first copy is that of the backup");
    }

    @Test
    void aVoterThatBeganInTheBackupDoesNotVoteBeforeItIsLevel() throws Exception {
        DatabasePaths paths = DatabasePaths.of(directory.resolve("two"), "app");
        LostLog lostLog = new LostLog(paths);
        BackupTargets targets = BackupTargets.fixed(List.of(StoreUrl.parse(backupUrl())), StoreAccess.OF_ENVIRONMENT);
        StoreSettings settings = new StoreSettings(LogSettings.DEFAULT, 16 << 20, 256);
        FirstCopy firstCopy = new BackupFirstCopy("app", targets, settings, true, MonotonicClock.SYSTEM);
        assertThat(firstCopy.found(paths, database(primary).id(), lostLog, () -> false))
                .isTrue();
        assertThat(lostLog.isNoted()).isTrue();
        assertThat(paths.lostLogMarker()).exists();
    }

    @Test
    void aFirstCopyIsGivenUpAmidItsCheckWhenTheNodeIsToDoSomethingElse() throws Exception {
        awaitUploaded(
                primary,
                write(
                        primary,
                        "with recursive c(n) as (values(1) union all select n + 1 from c where n < 3000)"
                                + " insert into t select zeroblob(3000) from c"));
        DatabasePaths paths = DatabasePaths.of(directory.resolve("two"), "app");
        BackupTargets targets = BackupTargets.fixed(List.of(StoreUrl.parse(backupUrl())), StoreAccess.OF_ENVIRONMENT);
        StoreSettings settings = new StoreSettings(LogSettings.DEFAULT, 16 << 20, 256);
        FirstCopy firstCopy = new BackupFirstCopy("app", targets, settings, false, MonotonicClock.SYSTEM);
        AtomicBoolean checked = new AtomicBoolean();
        BooleanSupplier mustEnd = () -> {
            checked.compareAndSet(false, isChecking());
            return checked.get();
        };
        assertThatThrownBy(() -> firstCopy.found(paths, database(primary).id(), new LostLog(paths), mustEnd))
                .hasMessageContaining("the first copy was given up")
                .cause()
                .hasMessage("given up while it was checked");
        assertThat(paths.databaseFile()).doesNotExist();
        assertThat(firstCopy.found(paths, database(primary).id(), new LostLog(paths), () -> false))
                .isTrue();
    }

    private static boolean isChecking() {
        return StackWalker.getInstance()
                .walk(frames -> frames.anyMatch(frame -> frame.getClassName().contains("DatabaseCheck")));
    }

    @Test
    void aFirstCopyThatAnErrorCutsShortLeavesAFollowerAllTheSame() throws Exception {
        for (String point : List.of("SNAPSHOT_PARTIAL=error", "RESTORE_CHECKED=error", "LOG_RESETTING=error")) {
            FailurePoint.arm(point);
            String name = "after-" + point.substring(0, 4);
            ReplicaNode follower = startWithBackup(name, "bootstrap", "backup");
            await("word of the failure", () -> told().contains("injected"));
            FailurePoint.arm("");
            awaitApplied(follower, write(primary, "insert into t values (1)"));
            assertSound(follower);
            stop(name);
            synchronized (told) {
                told.clear();
            }
        }
    }
}
