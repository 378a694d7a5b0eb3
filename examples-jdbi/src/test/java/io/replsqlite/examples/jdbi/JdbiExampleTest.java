package io.replsqlite.examples.jdbi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.harness.cluster.NodeProcess;
import io.replsqlite.server.files.OwnerOnlyFile;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example against two node processes, from the follower's side, which is the longer way. */
class JdbiExampleTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    @Test
    void writesOnTheFollowerAreReadThereAndOnThePrimary() throws Exception {
        Path token = directory.resolve("token");
        OwnerOnlyFile.create(token, "0123456789abcdef0123456789abcdef\n");
        try (NodeProcess primary = start("primary", token, "static")) {
            String url = primary.awaitReady(PATIENCE).path("url").asText();
            try (NodeProcess follower = start("follower", token, "static:primary@" + url)) {
                follower.awaitReady(PATIENCE);
                // A statement that does not compile here yet runs at the primary: the table must have come first.
                assertThat(runExample(follower, primary)).contains("create table: ran at PRIMARY");
                awaitTable(follower);

                String output = runExample(follower, primary);
                assertThat(output)
                        .contains("insert: ran at PRIMARY")
                        .contains("select: ran at LOCAL")
                        .contains("select on the other node: ran at LOCAL")
                        .contains("linearizable select: ran at PRIMARY (reads; linearizable: this node is the primary")
                        .contains("select with a hint: ran at PRIMARY")
                        .contains("transaction: the first note is 4 now");
                assertThat(output.lines().filter(line -> line.contains("3: written over jdbc:replsqlite:")))
                        .as("the note, read on both nodes:%n%s", output)
                        .hasSize(2);
            }
        }
    }

    private NodeProcess start(String name, Path token, String lease) throws Exception {
        return NodeProcess.start(
                directory.resolve(name),
                List.of("--name", name, "--listen", "127.0.0.1:0", "--token-file", token.toString(), "--lease", lease),
                Map.of());
    }

    private static void awaitTable(NodeProcess node) throws Exception {
        Deadline deadline = Deadline.after(PATIENCE, MonotonicClock.SYSTEM);
        try (Connection reader =
                        DriverManager.getConnection("jdbc:sqlite:" + node.databaseFile("app") + "?open_mode=1");
                Statement statement = reader.createStatement()) {
            while (!statement
                    .executeQuery("select 1 from sqlite_schema where name = 'note'")
                    .next()) {
                assertThat(deadline.hasPassed()).as("the table has not come").isFalse();
                LockSupport.parkNanos(5_000_000);
            }
        }
    }

    private static String runExample(NodeProcess here, NodeProcess there) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        new JdbiExample(
                        here.databaseFile("app").toString(),
                        there.databaseFile("app").toString(),
                        new PrintStream(bytes, true, UTF_8))
                .run();
        return bytes.toString(UTF_8);
    }
}
