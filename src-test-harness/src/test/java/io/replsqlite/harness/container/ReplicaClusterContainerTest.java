package io.replsqlite.harness.container;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.replsqlite.harness.policy.SourceTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;

/** The image, with what `docker/smoke` of the archive has unpacked. What runs in the container is tried there too. */
class ReplicaClusterContainerTest {
    @Test
    void anApplicationWritesToTheClusterAndReadsFromIt() throws Exception {
        Path unpacked = SourceTree.find().root().resolve("replica-server/dist/target/smoke");
        assumeTrue(Files.isDirectory(unpacked), "the archive is not built: mvn -pl replica-server/dist -am verify");
        assumeTrue(
                DockerClientFactory.instance().isDockerAvailable(),
                "no Docker engine runs on this machine, so the image was not built and not started");
        try (ReplicaClusterContainer cluster =
                new ReplicaClusterContainer(ReplicaClusterContainer.image(unpacked), 3)) {
            cluster.start();
            try (Connection connection = DriverManager.getConnection(cluster.jdbcUrl("app"));
                    Statement statement = connection.createStatement()) {
                statement.executeUpdate("create table t(a)");
                statement.executeUpdate("insert into t values(7)");
                try (ResultSet rows = statement.executeQuery("select a from t")) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getInt(1)).isEqualTo(7);
                }
            }
        }
    }
}
