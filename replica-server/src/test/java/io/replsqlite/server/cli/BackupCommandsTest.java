package io.replsqlite.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.files.OwnerOnlyFile;
import io.replsqlite.server.node.ReplicaNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code restore} and {@code rebirth} print, refuse and leave behind, for the backup of a node with one empty database. */
@Timeout(60)
class BackupCommandsTest {
    @TempDir
    Path directory;

    private Path target;
    private String out = "";
    private String err = "";

    @BeforeEach
    void backUp() throws Exception {
        target = directory.resolve("restored.db");
        ReplicaNode node = ReplicaNode.start(
                NodeSettings.of(Map.of(
                        "name", "one",
                        "dir", directory.resolve("one").toString(),
                        "listen", "none",
                        "databases", "app",
                        "backup", url(""),
                        "backup-interval", "50ms")),
                MonotonicClock.SYSTEM);
        try {
            Deadline deadline = Deadline.after(Duration.ofSeconds(30), MonotonicClock.SYSTEM);
            while (!hasSnapshot()) {
                assertThat(deadline.hasPassed()).isFalse();
                TimeUnit.MILLISECONDS.sleep(10);
            }
        } finally {
            node.close();
        }
    }

    private boolean hasSnapshot() throws IOException {
        Path level = directory.resolve("backup/app/0000000000000001/ltx/9");
        if (!Files.isDirectory(level)) {
            return false;
        }
        try (Stream<Path> files = Files.list(level)) {
            return files.anyMatch(file -> file.toString().endsWith(".ltx"));
        }
    }

    private String url(String below) {
        return "file://" + directory.resolve("backup") + below;
    }

    private int run(String... arguments) {
        StringWriter outText = new StringWriter();
        StringWriter errText = new StringWriter();
        int code = Main.commandLine()
                .setOut(new PrintWriter(outText))
                .setErr(new PrintWriter(errText))
                .execute(arguments);
        out = outText.toString();
        err = errText.toString();
        return code;
    }

    @Test
    void aDryRunTellsSizeAndTimeAndMakesNothing() {
        assertThat(run("restore", url("/app"), "--to", target.toString(), "--dry-run"))
                .isZero();
        assertThat(out).contains("1 files", "a database of 0 MiB, read in about");
        assertThat(target).doesNotExist();
        assertThat(run("restore", url("/app"), "--to", target.toString(), "--dry-run", "--json"))
                .isZero();
        assertThat(out).contains("\"databaseBytes\":", "\"expectedMillis\":");
    }

    @Test
    void aRestoreIsToldAndASecondOneToTheSameFileIsRefused() {
        assertThat(run("restore", url("/app"), "--to", target.toString())).isZero();
        assertThat(out).contains("integrity ok", "as the primary recorded it").doesNotContain("went on where");
        assertThat(run("restore", url("/app"), "--to", target.toString())).isNotZero();
        assertThat(err).contains(target + " exists", "--replace");
        assertThat(run("restore", url("/app"), "--to", target.toString(), "--replace"))
                .isZero();
    }

    @Test
    void whatIsNotThereIsRefusedWithWhatIs() throws Exception {
        assertThat(run("restore", url("/app"), "--to", target.toString(), "--timestamp", "2999-01-01T00:00:00Z"))
                .isNotZero();
        assertThat(err).contains("reaches from", "txid 1", "choose a moment within");
        assertThat(run("restore", url("/other"), "--to", target.toString())).isNotZero();
        assertThat(err).contains("there is no backup in");
        assertThat(run("restore", url("/app"), "--to", target.toString(), "--generation", "7"))
                .isNotZero();
        assertThat(err).contains("has no generation 7");
        Path keys = directory.resolve("keys");
        OwnerOnlyFile.create(keys, "77".repeat(32));
        assertThat(run("restore", url("/app"), "--to", target.toString(), "--key-file", keys.toString()))
                .isNotZero();
        assertThat(err).contains("is not encrypted, but a key file is given");
        assertThat(target).doesNotExist();
    }

    @Test
    void aRebirthMakesADirectoryOnceAndSaysHowToGoOn() {
        Path reborn = directory.resolve("reborn");
        assertThat(run("rebirth", url(""), "--dir", reborn.toString(), "--dry-run", "--json"))
                .isZero();
        assertThat(out).contains("\"database\":\"app\"", "\"firstTxid\":1000000001", "\"done\":false");
        assertThat(reborn).doesNotExist();
        assertThat(run("rebirth", url(""), "--dir", reborn.toString())).isZero();
        assertThat(out).contains("app: the state of txid 1", "./replsqlite serve --dir " + reborn);
        assertThat(reborn.resolve("app.db")).exists();
        assertThat(run("rebirth", url(""), "--dir", reborn.toString())).isNotZero();
        assertThat(err).contains("is the directory of a node");
        assertThat(run("rebirth", url("/app"), "--dir", directory.resolve("no").toString()))
                .isNotZero();
        assertThat(err).contains("without the name of a database");
        assertThat(run("rebirth", url(""), "--dir", directory.resolve("no").toString(), "--timestamp", "yesterday"))
                .isNotZero();
        assertThat(err).contains("'yesterday' is no moment");
        assertThat(directory.resolve("no")).doesNotExist();
    }
}
