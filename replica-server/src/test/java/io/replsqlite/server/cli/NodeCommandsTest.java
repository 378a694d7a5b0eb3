package io.replsqlite.server.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.config.NodeSettings;
import io.replsqlite.server.node.ReplicaNode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** create, import, drop and status against a node that runs. */
@Timeout(60)
class NodeCommandsTest {
    @TempDir
    Path directory;

    private ReplicaNode node;
    private String out = "";
    private String err = "";

    @BeforeEach
    void start() throws Exception {
        node = ReplicaNode.start(
                NodeSettings.of(Map.of("dir", directory.toString(), "listen", "127.0.0.1:0")), MonotonicClock.SYSTEM);
        assertThat(node.awaitRole(Duration.ofSeconds(20))).isTrue();
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
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

    private String dir() {
        return directory.toString();
    }

    @Test
    void statusTellsRoleAndDatabasesForPeopleAndPrograms() throws Exception {
        assertThat(run("status", "--dir", dir())).isZero();
        assertThat(out).contains("node1 at " + node.url() + ": primary, epoch 1", "app: ok, txid ");
        assertThat(run("status", "--json", "--dir", dir())).isZero();
        assertThat(new ObjectMapper().readTree(out).path("role").asText()).isEqualTo("leading");
    }

    @Test
    void aDatabaseIsCreatedAndDropped() throws Exception {
        assertThat(run("create", "shop", "--dir", dir())).isZero();
        assertThat(out.strip()).isEqualTo("created shop");
        assertThat(run("create", "shop", "--dir", dir())).isNotZero();
        assertThat(err).contains("cannot create shop", "'shop'", "nothing was changed");
        assertThat(run("drop", "shop", "--dir", dir(), "--json")).isZero();
        assertThat(new ObjectMapper().readTree(out).path("dropped").asBoolean()).isTrue();
    }

    @Test
    void aFileIsImported() throws Exception {
        Path file = directory.resolve("source");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("create table t(x)");
        }
        assertThat(run("import", "shop", file.toString(), "--dir", dir())).isZero();
        assertThat(out.strip()).isEqualTo("imported " + file + " as shop");
        assertThat(directory.resolve("shop.db")).exists();
    }

    @Test
    void whichNodeToAskMustBeSaid() {
        for (String command : new String[] {"create", "drop"}) {
            assertThat(run(command, "shop")).isNotZero();
            assertThat(err).contains("cannot tell which node to ask");
        }
        assertThat(run("status", "--dir", dir(), "--url", "http://127.0.0.1:1")).isNotZero();
        assertThat(err).contains("both --url and --dir are given");
    }

    @Test
    void aNodeThatDoesNotRunIsNamed() throws Exception {
        String url = node.url().toString();
        node.close();
        assertThat(run("status", "--dir", dir())).isNotZero();
        assertThat(err).contains("cannot read the status, asking " + url);
    }
}
