package io.replsqlite.harness.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.ReplicaDataSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One program, several URLs, one output. */
@Timeout(120)
class PlainProgramTest {
    @TempDir
    Path directory;

    @Test
    void aFollowersConnectionPrintsWhatPlainSqlitePrints() throws Exception {
        try (TwoNodes nodes = new TwoNodes(directory)) {
            String database = nodes.create();
            List<String> expected = PlainProgram.run(nodes.plainUrl(database));
            assertThat(PlainProgram.run(nodes.followerUrl(database))).containsExactlyElementsOf(expected);
        }
    }

    @Test
    void aPrimarysConnectionPrintsWhatPlainSqlitePrints() throws Exception {
        try (TwoNodes nodes = new TwoNodes(directory)) {
            String database = nodes.create();
            List<String> expected = PlainProgram.run(nodes.plainUrl(database));
            assertThat(PlainProgram.run(nodes.primaryUrl(database))).containsExactlyElementsOf(expected);
        }
    }

    @Test
    void aConnectionWithoutALocalFilePrintsWhatPlainSqlitePrints() throws Exception {
        try (TwoNodes nodes = new TwoNodes(directory)) {
            String database = nodes.create();
            List<String> expected =
                    PlainProgram.run(() -> DriverManager.getConnection(nodes.plainUrl(database)), false);
            // any of the hosts may be asked first, and the follower hears of a new database a moment later
            DriverManager.getConnection(nodes.followerUrl(database)).close();
            assertThat(PlainProgram.run(() -> DriverManager.getConnection(nodes.remoteUrl(database)), false))
                    .containsExactlyElementsOf(expected);
        }
    }

    @Test
    void anEmbeddedNodesConnectionPrintsWhatPlainSqlitePrints() throws Exception {
        List<String> expected = PlainProgram.run("jdbc:sqlite:" + directory.resolve("plain.db"));
        Path embedded = Files.createDirectories(directory.resolve("embedded"));
        ReplicaDataSource source = new ReplicaDataSource();
        source.setUrl("jdbc:replsqlite:" + embedded.resolve("app.db") + "?node=embedded");
        try (source) {
            assertThat(PlainProgram.run(source::getConnection)).containsExactlyElementsOf(expected);
        }
    }
}
