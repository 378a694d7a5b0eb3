package io.replsqlite.harness.drill;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.harness.cluster.NodeProcess;
import io.replsqlite.harness.fault.Await;
import io.replsqlite.server.backup.drill.Evidence;
import io.replsqlite.server.backup.restore.BackupPlace;
import io.replsqlite.server.backup.storage.StoreUrl;
import io.replsqlite.server.backup.storage.Stores;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A promotion is practised from the backup of a node that is gone. */
@Timeout(300)
class PromotionDrillTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private void fillBackup(String url) throws Exception {
        try (NodeProcess node = NodeProcess.start(
                directory.resolve("node"),
                List.of("--listen", "127.0.0.1:0", "--backup", url, "--backup-interval", "50ms"),
                Map.of())) {
            var ignored = node.awaitReady(SOON);
            try (Connection connection = DriverManager.getConnection("jdbc:replsqlite:" + node.databaseFile("app"));
                    Statement statement = connection.createStatement()) {
                statement.execute("create table t (x)");
                for (int i = 0; i < 20; i++) {
                    statement.execute("insert into t values (randomblob(2000))");
                }
            }
            Path generations = directory.resolve("backup/app/0000000000000001/ltx/0");
            Await.until("the upload", SOON, () -> Files.isDirectory(generations) && endsWith(generations, "16.ltx"));
        }
    }

    /** 1 is the empty database, 2 the table, and 20 rows follow: the last txid is 0x16. */
    private static boolean endsWith(Path level, String suffix) throws Exception {
        try (Stream<Path> files = Files.list(level)) {
            return files.anyMatch(file -> file.toString().endsWith(suffix));
        }
    }

    @Test
    void aHandoffAndACrashOfAScratchClusterKeepEveryRowAndAreOnRecord() throws Exception {
        String url = "file://" + directory.resolve("backup");
        fillBackup(url);
        BackupPlace place =
                BackupPlace.find(Stores.open(StoreUrl.parse(url).child("app"), null), false, OptionalLong.empty());
        PromotionSettings settings = new PromotionSettings(
                directory.resolve("scratch"),
                directory.resolve("evidence"),
                Duration.ofMinutes(2),
                Duration.ofMinutes(1),
                Duration.ofMinutes(1));
        Evidence evidence = new PromotionDrill(place, settings, cluster -> {}, MonotonicClock.SYSTEM).run();
        ObjectNode json = evidence.json();
        System.out.println(json.toPrettyString());
        assertThat(json.path("failures")).isEmpty();
        assertThat(evidence.isPassed()).isTrue();
        assertThat(json.path("rowCounts").path("t").asInt()).isEqualTo(20);
        assertThat(json.path("handoff").path("from").asText())
                .isNotEqualTo(json.path("handoff").path("to").asText());
        assertThat(json.path("crash").path("acknowledged").asInt()).isPositive();
        assertThat(json.path("crash").path("missing").asInt()).isZero();
        assertThat(Evidence.list(place.store())).hasSize(1);
        assertThat(Evidence.list(directory.resolve("evidence"))).hasSize(1);
        assertThat(Files.list(directory.resolve("scratch"))).isEmpty();
    }
}
