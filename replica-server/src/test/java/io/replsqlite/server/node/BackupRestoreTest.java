package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import io.replsqlite.server.backup.layout.BackupObject;
import io.replsqlite.server.backup.restore.Restore;
import io.replsqlite.server.backup.restore.RestoreException;
import io.replsqlite.server.backup.restore.RestorePlan;
import io.replsqlite.server.backup.restore.RestorePoint;
import io.replsqlite.server.backup.restore.RestoreResult;
import io.replsqlite.server.ltx.LtxDecoder;
import io.replsqlite.server.ltx.LtxEncoder;
import io.replsqlite.server.ltx.LtxHeader;
import io.replsqlite.server.ltx.LtxPage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Restores from one backup of a real database: to every kind of point, refused, damaged, cut short. */
class BackupRestoreTest extends BackupFixture {
    private static final RestorePoint LATEST = new RestorePoint.Latest();

    private ReplicaNode node;
    private Position created;
    private Position three;
    private Position last;

    @BeforeEach
    void fill() throws Exception {
        node = startWithBackup("one");
        created = write(node, "create table t(x)");
        awaitUploaded(node, created);
        write(node, "insert into t values (1)");
        write(node, "insert into t values (2)");
        three = write(node, "insert into t values (3)");
        awaitUploaded(node, three);
        last = write(node, "insert into t values (randomblob(20000))");
        awaitUploaded(node, last);
    }

    @AfterEach
    void disarm() {
        FailurePoint.arm("");
    }

    private static long count(Path file) throws Exception {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select count(*) from t")) {
            return row.getLong(1);
        }
    }

    private static List<Path> leftovers(Path target) throws Exception {
        try (var files = Files.list(target.getParent())) {
            return files.filter(file -> file.getFileName().toString().startsWith(target.getFileName() + "."))
                    .filter(file -> !file.toString().endsWith(".lock"))
                    .toList();
        }
    }

    @Test
    void restoresADatabaseThatOpensAndHasTheRows() throws Exception {
        Path target = target();
        assertThat(restore(LATEST, target).isStateProven()).isTrue();
        assertThat(count(target)).isEqualTo(4);
        assertThat(leftovers(target)).isEmpty();
    }

    @Test
    void restoresToTokensOfThisHistoryOnly() throws Exception {
        UUID id = database(node).id();
        assertRestores(new RestorePoint.AtToken(id, three.epoch(), three.txid()), three);
        assertThatThrownBy(() ->
                        restore(new RestorePoint.AtToken(UUID.randomUUID(), three.epoch(), three.txid()), target()))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("the token is of database");
        assertThatThrownBy(() -> restore(new RestorePoint.AtToken(id, new Epoch(0), three.txid()), target()))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("lost in a failover");
    }

    @Test
    void restoresToMomentsAndRefusesThoseThatAreNotThere() throws Exception {
        RestorePlan plan = Restore.plan(place(), LATEST);
        long newest = plan.expected().timestampMillis();
        assertRestores(new RestorePoint.AtMoment(newest), last);
        assertThat(Restore.plan(place(), new RestorePoint.AtMoment(newest - 1)).txid())
                .isBetween(three.txid().value(), last.txid().value() - 1);
        for (long outside : new long[] {newest + 1, 1000}) {
            assertThatThrownBy(() -> restore(new RestorePoint.AtMoment(outside), target()))
                    .isInstanceOf(RestoreException.class)
                    .hasMessageContaining("reaches from")
                    .hasMessageContaining("txid " + last.txid().value());
        }
        assertThatThrownBy(() -> restore(new RestorePoint.AtTxid(new Txid(9999)), target()))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("9999 is not in the backup");
    }

    @Test
    void anExistingFileIsKeptUnlessItIsToBeReplaced() throws Exception {
        Path target = target();
        Files.writeString(target, "precious");
        assertThatThrownBy(() -> restore(LATEST, target))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("exists");
        assertThat(target).hasContent("precious");
        new Restore(place(), LATEST, target, true, (done, of) -> {}, MonotonicClock.SYSTEM).run();
        assertThat(count(target)).isEqualTo(4);
        assertThat(leftovers(target)).singleElement().asString().contains(".replaced-");
        assertThat(leftovers(target).get(0)).hasContent("precious");
    }

    @Test
    void aWalWithoutItsDatabaseIsNotAdopted() throws Exception {
        Path target = target();
        Files.writeString(target.resolveSibling(target.getFileName() + "-wal"), "of another database");
        assertThatThrownBy(() -> restore(LATEST, target)).hasMessageContaining("-wal exists");
    }

    @Test
    void theDatabaseOfANodeIsNeverReplaced() throws Exception {
        Path live = directory.resolve("one").resolve("app.db");
        assertThatThrownBy(
                        () -> new Restore(place(), LATEST, live, true, (done, of) -> {}, MonotonicClock.SYSTEM).run())
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("database of a node");
        assertSound(node);
    }

    @Test
    void aRestoreThatIsCutShortLeavesTheTargetAndStartsOver() throws Exception {
        Path target = target();
        for (String point : List.of("SNAPSHOT_PARTIAL=full", "RESTORE_CHECKED=error")) {
            FailurePoint.arm(point);
            assertThatThrownBy(() -> restore(LATEST, target)).hasMessageContaining("injected");
            FailurePoint.arm("");
            assertThat(target).doesNotExist();
            assertThat(leftovers(target)).isEmpty();
        }
        Files.writeString(target.resolveSibling(target.getFileName() + ".restoring"), "what a kill has left");
        assertThat(restore(LATEST, target).txid()).isEqualTo(last.txid().value());
    }

    @Test
    void aKillBetweenSettingAsideAndNamingLosesNothing() throws Exception {
        Path target = target();
        Files.writeString(target, "precious");
        FailurePoint.arm("RESTORE_SET_ASIDE=error");
        assertThatThrownBy(
                        () -> new Restore(place(), LATEST, target, true, (done, of) -> {}, MonotonicClock.SYSTEM).run())
                .hasMessageContaining("injected");
        assertThat(leftovers(target))
                .singleElement()
                .satisfies(aside -> assertThat(aside).hasContent("precious"));
    }

    /** Some bits of compressed zeros can be either way: then the pages are the same, which is proven. */
    private boolean isFound(BackupObject object, Path target) throws IOException {
        try {
            RestoreResult result = restore(LATEST, target);
            assertThat(result.state()).isEqualTo(last.checksum());
            assertThat(result.isStateProven()).isTrue();
            return false;
        } catch (IOException told) {
            assertThat(told).hasMessageContaining(object.key());
            assertThat(target).doesNotExist();
            return true;
        }
    }

    @Test
    void aFlippedBitAnywhereInAnyFileIsFound() throws Exception {
        long seed = Long.getLong("restore.seed", System.nanoTime());
        int found = 0;
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        RestorePlan plan = Restore.plan(place(), LATEST);
        for (BackupObject object : plan.files()) {
            Path file = backup().resolve("app").resolve(object.key());
            byte[] good = Files.readAllBytes(file);
            for (int i = 0; i < 8; i++) {
                byte[] bad = good.clone();
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, bad);
                Path target = target();
                found += isFound(object, target) ? 1 : 0;
            }
            Files.write(file, good);
        }
        assertThat(found).isPositive();
        assertThat(restore(LATEST, target()).isStateProven()).isTrue();
    }

    @Test
    void aMissingFileIsAGapThatIsTold() throws Exception {
        RestorePlan plan = Restore.plan(place(), LATEST);
        BackupObject middle = plan.files().get(plan.files().size() - 2);
        Files.delete(backup().resolve("app").resolve(middle.key()));
        assertThatThrownBy(() -> restore(LATEST, target()))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("then there is a gap")
                .hasMessageContaining("txid " + (middle.min() - 1));
        Files.delete(backup().resolve("app").resolve(plan.files().get(0).key()));
        assertThatThrownBy(() -> restore(LATEST, target()))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("no whole database");
    }

    @Test
    void aValidFileOfAnotherHistoryDoesNotPassForTheState() throws Exception {
        RestorePlan plan = Restore.plan(place(), LATEST);
        BackupObject newest = plan.files().get(plan.files().size() - 1);
        Path file = backup().resolve("app").resolve(newest.key());
        ByteArrayOutputStream forged = new ByteArrayOutputStream();
        LtxDecoder decoder = new LtxDecoder();
        LtxPage page = new LtxPage();
        LtxEncoder encoder = new LtxEncoder();
        LtxHeader header = decoder.begin(new ByteArrayInputStream(Files.readAllBytes(file)));
        encoder.begin(forged::write, header);
        int grown = header.commit();
        while (decoder.nextPage(page)) {
            if (page.number() == grown) {
                page.bytes()[page.size() - 1] ^= 1; // the same in two pages would cancel out: a CRC is linear
            }
            long ignored = encoder.page(page.number(), page.bytes(), 0);
        }
        var ignored = encoder.finish();
        Files.write(file, forged.toByteArray());
        assertThatThrownBy(() -> restore(LATEST, target()))
                .isInstanceOf(RestoreException.class)
                .hasMessageContaining("the pages add up");
    }

    @Test
    void anythingElseInThePlaceIsLeftAlone() throws Exception {
        Files.writeString(generation(1).resolve("ltx/0/garbage.ltx"), "x");
        Files.writeString(generation(1).resolve("rounds/garbage"), "x");
        Files.writeString(backup().resolve("app/generations/garbage"), "x");
        assertRestores(LATEST, last);
    }
}
