package io.replsqlite.harness.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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
}
