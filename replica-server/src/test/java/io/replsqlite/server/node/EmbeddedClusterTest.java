package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.ReplicaDataSource;
import io.replsqlite.api.LastRoute;
import io.replsqlite.api.ReplicaConnection;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/** An embedded node and a node beside it, each in both roles. */
class EmbeddedClusterTest extends NodesFixture {
    private ReplicaDataSource embedded() throws Exception {
        ReplicaDataSource source = new ReplicaDataSource();
        Files.createDirectories(directory.resolve("mine"));
        source.setUrl("jdbc:replsqlite:" + directory.resolve("mine/app.db") + "?node.name=mine&node.token-file="
                + directory.resolve("token") + "&node.lease=file:" + directory.resolve("lease"));
        source.setNode("embedded");
        source.setConnectTimeout("20s");
        return source;
    }

    private static int update(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    private static long rows(Connection connection, String hint) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(hint + "select count(*) from t")) {
            return row.getLong(1);
        }
    }

    @Test
    void anEmbeddedPrimaryIsFollowedAndTakesWhatTheFollowersDriversForward() throws Exception {
        try (ReplicaDataSource source = embedded();
                Connection own = source.getConnection()) {
            update(own, "create table t(x)");
            ReplicaNode sidecar = start("sidecar");
            await(
                    "the follower is there",
                    () -> database(sidecar) != null
                            && database(sidecar)
                                            .board()
                                            .snapshot()
                                            .applied()
                                            .txid()
                                            .value()
                                    > 0);
            try (Connection other =
                    DriverManager.getConnection("jdbc:replsqlite:" + directory.resolve("sidecar/app.db"))) {
                assertThat(update(other, "insert into t values('forwarded')")).isEqualTo(1);
                assertThat(rows(own, "")).isEqualTo(1);
                assertThat(update(own, "insert into t values('own')")).isEqualTo(1);
                other.unwrap(ReplicaConnection.class)
                        .adopt(own.unwrap(ReplicaConnection.class).token());
                assertThat(rows(other, "")).isEqualTo(2);
                assertThat(other.unwrap(ReplicaConnection.class).lastRoute().place())
                        .isEqualTo(LastRoute.Place.LOCAL);
            }
        }
    }

    @Test
    void anEmbeddedFollowerReadsItsOwnFileAndForwardsUntilItLeadsItself() throws Exception {
        ReplicaNode first = start("first");
        write(first, "create table t(x)");
        try (ReplicaDataSource source = embedded();
                Connection own = source.getConnection()) {
            assertThat(update(own, "insert into t values('forwarded')")).isEqualTo(1);
            assertThat(rows(own, "/*+ replsqlite: consistency=linearizable */ "))
                    .isEqualTo(1);
            assertThat(own.unwrap(ReplicaConnection.class).lastRoute().place()).isEqualTo(LastRoute.Place.LOCAL);
            stop("first");
            assertThat(update(own, "insert into t values('led')")).isEqualTo(1);
            assertThat(rows(own, "")).isEqualTo(2);
        }
    }
}
