package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.server.backup.compact.Compaction;
import io.replsqlite.server.backup.restore.BackupPlace;
import io.replsqlite.server.backup.restore.Restore;
import io.replsqlite.server.backup.restore.RestorePoint;
import io.replsqlite.server.backup.storage.StoreUrl;
import io.replsqlite.server.backup.storage.Stores;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/**
 * The real Litestream 0.5 reads what we write, and we read what it writes. Runs where the environment variable {@value
 * #BINARY} names its binary.
 */
@EnabledIfEnvironmentVariable(named = LitestreamInteropTest.BINARY, matches = ".+")
class LitestreamInteropTest extends BackupFixture {
    static final String BINARY = "REPLSQLITE_LITESTREAM";

    private Process litestream(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(System.getenv(BINARY)));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("litestream.log").toFile())
                .start();
    }

    private Path restoredByLitestream(String url, String... more) throws Exception {
        Path target = target();
        List<String> arguments =
                new ArrayList<>(List.of("restore", "-o", target.toString(), "-integrity-check", "full"));
        arguments.addAll(List.of(more));
        arguments.add(url);
        Process process = litestream(arguments.toArray(new String[0]));
        assertThat(process.waitFor()).as("litestream.log in %s", directory).isZero();
        return target;
    }

    private void assertSameFile(String url, RestorePoint point, String... more) throws Exception {
        Path ours = target();
        assertThat(restore(point, ours).isStateProven()).isTrue();
        assertThat(restoredByLitestream(url, more)).hasSameBinaryContentAs(ours);
    }

    @Test
    void litestreamRestoresEveryFormThatABackupTakes() throws Exception {
        ReplicaNode node = startWithBackup("one");
        awaitUploaded(node, write(node, "create table t(x)"));
        Position middle = write(node, "insert into t values (randomblob(30000))");
        awaitUploaded(node, middle);
        write(node, "delete from t");
        write(node, "create table u(y)");
        Position last = write(node, "insert into u values (zeroblob(9000))");
        awaitUploaded(node, last);
        String url = "file://" + generation(1);
        assertSameFile(url, new RestorePoint.Latest());
        assertSameFile(
                url,
                new RestorePoint.AtTxid(middle.txid()),
                "-txid",
                middle.txid().toString());
        assertThat(new Compaction(place()).compactInto(1)).isTrue();
        assertSameFile(url, new RestorePoint.Latest());
        assertThat(new Compaction(place()).snapshot()).isTrue();
        assertSameFile(url, new RestorePoint.Latest());
    }

    @Test
    void weRestoreWhatLitestreamWrites() throws Exception {
        Path source = directory.resolve("source.db");
        String url = "file://" + directory.resolve("replica");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + source);
                Statement statement = connection.createStatement()) {
            boolean ignored = statement.execute("pragma journal_mode=wal");
            ignored = statement.execute("create table t(x)");
            Process litestream = litestream("replicate", source.toString(), url);
            for (int i = 0; i < 30; i++) {
                ignored = statement.execute("insert into t values (randomblob(5000))");
                TimeUnit.MILLISECONDS.sleep(100);
            }
            TimeUnit.MILLISECONDS.sleep(2500);
            litestream.destroy();
            litestream.waitFor();
        }
        BackupPlace place = BackupPlace.find(Stores.open(StoreUrl.parse(url), null), false, OptionalLong.empty());
        Path ours = target();
        var result = new Restore(place, new RestorePoint.Latest(), ours, false, (done, of) -> {}, MonotonicClock.SYSTEM)
                .run();
        assertThat(result.isStateProven()).isFalse();
        assertThat(restoredByLitestream(url)).hasSameBinaryContentAs(ours);
    }
}
