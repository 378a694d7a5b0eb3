package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.server.backup.compact.Compaction;
import io.replsqlite.server.backup.compact.SupersededGenerations;
import io.replsqlite.server.backup.restore.BackupPlace;
import io.replsqlite.server.backup.restore.Restore;
import io.replsqlite.server.backup.restore.RestoreException;
import io.replsqlite.server.backup.restore.RestorePoint;
import io.replsqlite.server.backup.restore.RestoreResult;
import io.replsqlite.server.commit.WriteFailedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a failover leaves in the backup, when it loses commits and when it cannot. */
@Timeout(120)
class BackupFailoverTest extends BackupFixture {
    private static final RestorePoint LATEST = new RestorePoint.Latest();

    private ReplicaNode startVoter(String name, String lease) throws Exception {
        return startWithBackup(
                name,
                "backup-interval",
                "20ms",
                "voters",
                "a,b,c",
                "durability",
                "quorum",
                "commit-timeout",
                "400ms",
                "lease",
                lease);
    }

    private static String under(ReplicaNode primary) {
        return "static:" + primary.name() + "@" + primary.url();
    }

    @Test
    void whatAMajorityDoesNotHaveIsNotInTheBackupWhenAnotherNodeLeads() throws Exception {
        ReplicaNode a = startVoter("a", "static");
        startVoter("b", under(a));
        Position shared = write(a, "create table t(x)");
        awaitUploaded(a, shared);
        stop("b");
        assertThatThrownBy(() -> write(a, "insert into t values ('only a has it')"))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(WriteFailedException.class);
        Position tail = database(a).files().orElseThrow().log().durableHead();
        assertThat(tail.txid()).isEqualTo(shared.txid().next());
        await("level with what is committed", () -> status(a).lagMillis() == 0);
        assertThat(status(a).uploaded()).isEqualTo(shared);
        assertRestores(LATEST, shared);
        stop("a");

        ReplicaNode b = startVoter("b", "static");
        startVoter("c", under(b));
        Position other = write(b, "insert into t values ('b and c have it')");
        awaitUploaded(b, other);
        assertThat(other.txid()).isEqualTo(tail.txid());
        assertThat(names(backup().resolve("app/generations"))).hasSize(1);
        assertRestores(LATEST, other);
        assertRestores(new RestorePoint.AtTxid(shared.txid()), shared);
    }

    @Test
    void commitsThatOnlyTheBackupHasEndTheirHistoryAndAreNeverMixedWithTheNextOne() throws Exception {
        ReplicaNode one = startWithBackup("one");
        Position shared = write(one, "create table t(x)");
        awaitApplied(startWithBackup("two"), shared);
        stop("two");
        List<Position> lost = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            lost.add(write(one, "insert into t values ('only one has it " + i + "')"));
        }
        Position tail = lost.get(9);
        awaitUploaded(one, tail);
        stop("one");

        ReplicaNode two = startWithBackup("two");
        assertThat(two.isPrimary()).isTrue();
        List<Position> surviving = new ArrayList<>();
        for (int i = 0; i < 15; i++) {
            surviving.add(write(two, "insert into t values (randomblob(500))"));
        }
        Position last = surviving.get(14);
        awaitUploaded(two, last);
        assertThat(names(backup().resolve("app/generations"))).hasSize(2);
        assertRestores(LATEST, last);
        long oldest = place().catalogue().oldest().orElseThrow();
        for (Position position : surviving) {
            if (position.txid().value() >= oldest) {
                assertRestores(new RestorePoint.AtTxid(position.txid()), position);
            } else {
                assertThatThrownBy(() -> restore(new RestorePoint.AtTxid(position.txid()), target()))
                        .isInstanceOf(RestoreException.class);
            }
        }
        BackupPlace former = BackupPlace.find(place().store(), false, OptionalLong.of(1));
        for (Position position : List.of(shared, lost.get(4), tail)) {
            RestoreResult result = new Restore(
                            former,
                            new RestorePoint.AtTxid(position.txid()),
                            target(),
                            false,
                            (done, of) -> {},
                            MonotonicClock.SYSTEM)
                    .run();
            assertThat(result.state()).isEqualTo(position.checksum());
        }

        ReplicaNode again = startWithBackup("one");
        awaitApplied(again, last);
        stop("two");
        await("one leads again", () -> database(again).isLeading());
        Position more = write(again, "insert into t values (1)");
        awaitUploaded(again, more);
        assertThat(names(backup().resolve("app/generations"))).hasSize(2);
        assertRestores(LATEST, more);
    }

    private SupersededGenerations superseded(Duration later) throws Exception {
        return new SupersededGenerations(place(), Duration.ofHours(24), System.currentTimeMillis() + later.toMillis());
    }

    private void age(Path tree, Duration by) throws Exception {
        FileTime then = FileTime.from(Instant.now().minus(by));
        try (Stream<Path> all = Files.walk(tree)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                Files.setLastModifiedTime(file, then);
            }
        }
    }

    @Test
    void anEndedGenerationIsDeletedOnceNobodyNeedsItAnyMore() throws Exception {
        ReplicaNode one = startWithBackup("one");
        awaitApplied(startWithBackup("two"), write(one, "create table t(x)"));
        stop("two");
        awaitUploaded(one, write(one, "insert into t values ('only one has it')"));
        stop("one");
        ReplicaNode two = startWithBackup("two");
        awaitUploaded(two, write(two, "insert into t values (randomblob(500))"));
        assertThat(names(backup().resolve("app/generations"))).hasSize(2);
        Duration day = Duration.ofHours(25);
        age(backup(), day);
        awaitUploaded(two, write(two, "insert into t values (1)"));
        assertThat(superseded(day).delete()).as("one snapshot is not enough").isEmpty();
        assertThat(new Compaction(place()).compactInto(1)).isTrue();
        assertThat(new Compaction(place()).snapshot()).isTrue();
        awaitUploaded(two, write(two, "insert into t values (2)"));
        assertThat(superseded(day).delete())
                .as("a clock that runs ahead makes nothing old")
                .isEmpty();
        age(backup(), day);
        Position last = write(two, "insert into t values (3)");
        awaitUploaded(two, last);
        age(generation(1), Duration.ofHours(1));
        assertThat(superseded(Duration.ZERO).delete())
                .as("somebody still uploads to it")
                .isEmpty();
        age(generation(1), day);
        FailurePoint.arm("BACKUP_DELETING=error@2");
        try {
            assertThatThrownBy(() -> superseded(Duration.ZERO).delete()).hasMessageContaining("injected");
        } finally {
            FailurePoint.arm("");
        }
        BackupPlace former = BackupPlace.find(place().store(), false, OptionalLong.of(1));
        assertThatThrownBy(() ->
                        new Restore(former, LATEST, target(), false, (done, of) -> {}, MonotonicClock.SYSTEM).run())
                .as("what is left of it gives no older state")
                .isInstanceOf(RestoreException.class);
        assertThat(superseded(Duration.ZERO).delete()).containsExactly(1L);
        assertThat(names(backup().resolve("app/generations"))).hasSize(1);
        try (Stream<Path> left = Files.walk(generation(1))) {
            assertThat(left.filter(Files::isRegularFile)).isEmpty();
        }
        assertRestores(LATEST, last);
        Position more = write(two, "insert into t values (4)");
        awaitUploaded(two, more);
        assertRestores(LATEST, more);
    }
}
