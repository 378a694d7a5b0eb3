package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Position;
import io.replsqlite.server.backup.upload.BackupStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A node with a backup in a directory: what is there, and when. */
class BackupUploadTest extends NodesFixture {
    private Path backup() {
        return directory.resolve("backup");
    }

    private ReplicaNode startWithBackup(String name) throws Exception {
        return start(name, "backup", "file://" + backup(), "backup-interval", "50ms");
    }

    private static BackupStatus status(ReplicaNode node) {
        return database(node).backups().get(0);
    }

    private static void awaitUploaded(ReplicaNode node, Position position) throws Exception {
        await("the upload of " + position, () -> status(node).uploaded().equals(position));
    }

    private List<String> names(String... levels) throws Exception {
        Path generation = backup().resolve("app/0000000000000001");
        Path level = generation.resolve(String.join("/", levels));
        try (Stream<Path> files = Files.list(level)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void beginsWithASnapshotAndGoesOnWithEveryCommit() throws Exception {
        ReplicaNode node = startWithBackup("one");
        Position first = write(node, "create table t(x)");
        awaitUploaded(node, first);
        Position second = write(node, "insert into t values (1)");
        awaitUploaded(node, second);
        assertThat(names("ltx", "9")).hasSize(1).first().asString().startsWith("0000000000000001-");
        List<String> changes = names("ltx", "0");
        assertThat(changes.get(changes.size() - 1)).endsWith("-" + second.txid() + ".ltx");
        assertThat(status(node).lagTxids()).isZero();
        assertThat(status(node).problem()).isNull();
    }

    @Test
    void aNewPrimaryGoesOnWhereTheOldOneEnded() throws Exception {
        ReplicaNode one = startWithBackup("one");
        ReplicaNode two = startWithBackup("two");
        Position created = write(one, "create table t(x)");
        awaitUploaded(one, created);
        awaitApplied(two, created);
        stop("one");
        await("two leads", () -> database(two).isLeading());
        Position written = write(two, "insert into t values (2)");
        awaitUploaded(two, written);
        assertThat(names("ltx", "9")).hasSize(1);
        assertThat(names("ltx", "0")).contains(written.txid() + "-" + written.txid() + ".ltx");
        assertThat(names("..").stream().filter(name -> name.startsWith("0"))).containsExactly("0000000000000001");
    }
}
