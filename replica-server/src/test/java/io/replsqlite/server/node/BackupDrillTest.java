package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.server.backup.drill.DrillSettings;
import io.replsqlite.server.backup.drill.Evidence;
import io.replsqlite.server.backup.drill.LiveDatabase;
import io.replsqlite.server.backup.drill.RestoreDrill;
import io.replsqlite.server.backup.restore.Restore;
import io.replsqlite.server.backup.restore.RestorePoint;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Drills over a real backup: good ones pass, each thing that is wrong fails them, and all is on record. */
class BackupDrillTest extends BackupFixture {
    private record Live(long txid, Map<String, Long> counts) implements LiveDatabase {
        @Override
        public Standing standing() {
            return new Standing("one", 1, txid);
        }

        @Override
        public Optional<Map<String, Long>> rowCountsAt(long atTxid) {
            return atTxid == txid ? Optional.of(counts) : Optional.empty();
        }
    }

    private Position fill() throws Exception {
        ReplicaNode node = startWithBackup("one");
        write(node, "create table t(x)");
        Position last = write(node, "insert into t values (1), (2)");
        awaitUploaded(node, last);
        Files.createDirectories(directory.resolve("scratch"));
        return last;
    }

    private Evidence drill(LiveDatabase live, Duration rpo, String... smoke) throws Exception {
        DrillSettings settings = new DrillSettings(
                directory.resolve("scratch"),
                directory.resolve("evidence"),
                rpo,
                Duration.ofMinutes(5),
                List.of(smoke),
                null);
        return new RestoreDrill(place(), settings, live, MonotonicClock.SYSTEM).run();
    }

    @Test
    void aGoodBackupPassesAndTheRecordIsKeptTwice() throws Exception {
        Position last = fill();
        Live live = new Live(last.txid().value(), Map.of("t", 2L));
        Evidence evidence = drill(live, Duration.ofSeconds(5), "select count(*) from t");
        assertThat(evidence.json().path("failures")).isEmpty();
        assertThat(evidence.isPassed()).isTrue();
        assertThat(evidence.json().path("stateChecksum").asText())
                .isEqualTo(last.checksum().toString());
        assertThat(evidence.json().path("rowCountsAsLive").asBoolean()).isTrue();
        assertThat(Evidence.list(place().store()))
                .extracting(Evidence::toString)
                .containsExactly(evidence.toString());
        assertThat(names(directory.resolve("evidence"))).hasSize(1);
        assertThat(names(directory.resolve("scratch"))).isEmpty();
    }

    @Test
    void everythingThatIsWrongFailsTheDrill() throws Exception {
        Position last = fill();
        Live other = new Live(last.txid().value(), Map.of("t", 3L));
        assertThat(drill(other, Duration.ofSeconds(5)).json().path("failures").toString())
                .contains("row counts");
        Live ahead = new Live(last.txid().value() + 10, Map.of());
        assertThat(drill(ahead, Duration.ZERO).json().path("failures").toString())
                .contains("behind");
        assertThat(drill(null, Duration.ZERO, "select count(*) from t where x > 5")
                        .json()
                        .path("failures")
                        .toString())
                .contains("smoke");
        var files = Restore.plan(place(), new RestorePoint.Latest()).files();
        Path file = backup().resolve("app").resolve(files.get(files.size() - 1).key());
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        Evidence damaged = drill(null, Duration.ZERO);
        assertThat(damaged.isPassed()).isFalse();
        assertThat(Evidence.list(place().store())).hasSize(4).noneMatch(Evidence::isPassed);
    }
}
