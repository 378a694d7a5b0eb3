package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.server.backup.drill.DrillSettings;
import io.replsqlite.server.backup.drill.Evidence;
import io.replsqlite.server.backup.drill.LiveDatabase;
import io.replsqlite.server.backup.drill.RestoreDrill;
import io.replsqlite.server.backup.restore.Restore;
import io.replsqlite.server.backup.restore.RestorePoint;
import io.replsqlite.server.database.RowCounts;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Drills over a real backup: good ones pass, each thing that is wrong fails them, and all is on record. */
class BackupDrillTest extends BackupFixture {
    private static final Duration RPO = Duration.ofSeconds(20);

    private Position fill(String... settings) throws Exception {
        ReplicaNode node = startWithBackup("one", settings);
        write(node, "create table t(x)");
        Position last = write(node, "insert into t values (1), (2)");
        awaitUploaded(node, last);
        return last;
    }

    private static LiveDatabase live(Position position, Map<String, Long> rows) {
        return () -> new LiveDatabase.Standing("one", 1, position.txid().value(), position.checksum(), rows);
    }

    private long reserveBytes = 1;

    private Evidence drill(@Nullable LiveDatabase live, List<String> sql, List<String> commands) throws Exception {
        return drill(live, RPO, sql, commands);
    }

    private Evidence drill(@Nullable LiveDatabase live, Duration rpo, List<String> sql, List<String> commands)
            throws Exception {
        DrillSettings settings = new DrillSettings(
                directory.resolve("scratch"),
                directory.resolve("evidence"),
                rpo,
                Duration.ofMinutes(5),
                sql,
                commands,
                null,
                reserveBytes);
        return new RestoreDrill(place(), settings, live, MonotonicClock.SYSTEM).run();
    }

    private static String failures(Evidence evidence) {
        assertThat(evidence.isPassed()).isFalse();
        return evidence.json().path("failures").toString();
    }

    @Test
    void aGoodBackupPassesAndTheRecordIsKeptTwice() throws Exception {
        Position last = fill();
        Evidence evidence = drill(
                live(last, Map.of("t", 2L)),
                List.of("select count(*) from t"),
                List.of("test -s \"$REPLSQLITE_RESTORED\" && echo fine"));
        assertThat(evidence.json().path("failures")).isEmpty();
        assertThat(evidence.isPassed()).isTrue();
        assertThat(evidence.json().path("stateChecksum").asText())
                .isEqualTo(last.checksum().toString());
        assertThat(evidence.json().path("rowCountsAsLive").asBoolean()).isTrue();
        assertThat(evidence.json().path("stateAsLive").asBoolean()).isTrue();
        assertThat(evidence.json().path("commands").get(0).path("output").asText())
                .isEqualTo("fine\n");
        assertThat(Evidence.list(place().store()))
                .extracting(Evidence::toString)
                .containsExactly(evidence.toString());
        assertThat(Evidence.list(directory.resolve("evidence")))
                .extracting(Evidence::toString)
                .containsExactly(evidence.toString());
        assertThat(names(directory.resolve("scratch"))).isEmpty();
    }

    @Test
    void everythingThatIsWrongFailsTheDrill() throws Exception {
        Position last = fill();
        assertThat(failures(drill(live(last, Map.of("t", 3L)), List.of(), List.of())))
                .contains("row counts");
        Position other = new Position(
                last.epoch(), last.txid(), new StateChecksum(last.checksum().bits() ^ 1));
        assertThat(failures(drill(live(other, Map.of("t", 2L)), List.of(), List.of())))
                .contains("another state");
        assertThat(failures(drill(null, List.of("select count(*) from t where x > 5"), List.of())))
                .contains("smoke");
        assertThat(failures(drill(null, List.of(), List.of("echo broken; exit 4"))))
                .contains("ended with 4");
        var files = Restore.plan(place(), new RestorePoint.Latest()).files();
        Path file = backup().resolve("app").resolve(files.get(files.size() - 1).key());
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        assertThat(drill(null, List.of(), List.of()).isPassed()).isFalse();
        assertThat(Evidence.list(place().store())).hasSize(5).noneMatch(Evidence::isPassed);
        assertThat(names(directory.resolve("scratch"))).isEmpty();
    }

    @Test
    void withoutRoomForTheDatabaseAndAReserveNothingIsRestored() throws Exception {
        fill();
        reserveBytes = Long.MAX_VALUE / 2;
        assertThat(failures(drill(null, List.of(), List.of()))).contains("no room for a drill");
        assertThat(names(directory.resolve("scratch"))).isEmpty();
    }

    @Test
    void aQueryIsReadToItsFirstRowOnly() throws Exception {
        fill();
        String endless = "with recursive c(n) as (values(1) union all select n + 1 from c) select n from c";
        assertThat(drill(null, List.of(endless), List.of()).isPassed()).isTrue();
    }

    @Test
    void aRecordThatCannotBeKeptFailsTheDrillAndIsKnownAllTheSame() throws Exception {
        fill();
        Files.writeString(directory.resolve("evidence"), "not a directory");
        assertThat(failures(drill(null, List.of(), List.of()))).contains("the evidence could not be kept");
    }

    @Test
    void aBackupThatDoesNotGetACommitInTimeFails() throws Exception {
        Position last = fill("backup-interval", "1500ms");
        ReplicaNode node = nodes.get("one");
        Position fresh = write(node, "insert into t values (3)");
        Position further = write(node, "insert into t values (4)");
        assertThat(further.txid().value()).isEqualTo(last.txid().value() + 2);
        LiveDatabase live = () -> standing(node);
        Evidence evidence = drill(live, Duration.ofMillis(1), List.of(), List.of());
        assertThat(failures(evidence)).contains("ms behind");
        assertThat(evidence.json().path("rpoMillis").asLong()).isPositive();
        assertThat(evidence.json().path("replicatedTxid").asLong())
                .as("what was live is restored all the same")
                .isGreaterThanOrEqualTo(fresh.txid().value());
    }

    private static LiveDatabase.Standing standing(ReplicaNode node) throws java.io.IOException {
        RowCounts counts = RowCounts.of(database(node));
        return new LiveDatabase.Standing(
                node.name(),
                counts.position().epoch().value(),
                counts.position().txid().value(),
                counts.position().checksum(),
                counts.rows());
    }

    @Test
    void aDatabaseIsComparedAtOneTxidWhileItIsWrittenTo() throws Exception {
        fill();
        ReplicaNode node = nodes.get("one");
        AtomicBoolean stopping = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            try {
                while (!stopping.get()) {
                    write(node, "insert into t values (randomblob(100))");
                }
            } catch (Exception failure) {
                throw new AssertionError(failure);
            }
        });
        writer.start();
        try {
            Evidence evidence = drill(() -> standing(node), List.of("select count(*) from t"), List.of());
            assertThat(evidence.json().path("failures")).isEmpty();
            assertThat(evidence.json().path("rowCountsAsLive").asBoolean()).isTrue();
        } finally {
            stopping.set(true);
            writer.join();
        }
    }

    @Test
    void aFollowerHoldsDrillsByTheClockAndTellsOfThem() throws Exception {
        Position last = fill();
        Path leftover = directory.resolve("two/.replsqlite/drills/drill-of-a-crash");
        Files.createDirectories(leftover);
        Files.writeString(leftover.resolve("restored.db"), "large");
        ReplicaNode two =
                startWithBackup("two", "drill-interval", "300ms", "drill-rpo", "20s", "drill-sql", "select 1");
        awaitApplied(two, last);
        await("two good drills", () -> {
            JsonNode drills = json(two).path("drills");
            return drills.size() == 1
                    && drills.get(0).path("lastGoodAt").isTextual()
                    && Evidence.list(place().store()).size() > 1;
        });
        assertThat(json(two).path("drills").get(0).path("last").path("node").asText())
                .isEqualTo("two");
        assertThat(leftover).doesNotExist();
        assertThat(get(two, "/v1/metrics"))
                .contains("replsqlite_drill_passed{database=\"app\",destination=\"" + backupUrl() + "/app\"} 1")
                .contains("replsqlite_drill_last_good_age_seconds")
                .contains("replsqlite_drill_rpo_seconds");
        long held = Evidence.list(place().store()).size();
        stop("two");
        ReplicaNode again = startWithBackup("two", "drill-interval", "1h");
        await(
                "what was held before is known",
                () -> json(again).path("drills").path(0).path("lastGoodAt").isTextual());
        assertThat(Evidence.list(place().store()).size()).isBetween((int) held, (int) held + 1);
    }

    static JsonNode json(ReplicaNode node) throws Exception {
        return new ObjectMapper().readTree(get(node, "/v1/status"));
    }

    static String get(ReplicaNode node, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(node.url() + path))
                .header("Authorization", "Bearer a-token-that-both-nodes-know")
                .build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
