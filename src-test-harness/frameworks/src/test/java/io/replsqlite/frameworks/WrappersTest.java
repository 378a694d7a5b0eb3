package io.replsqlite.frameworks;

import static org.assertj.core.api.Assertions.assertThat;

import com.p6spy.engine.spy.P6DataSource;
import com.p6spy.engine.spy.P6SpyDriver;
import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.replsqlite.ReplicaDataSource;
import io.replsqlite.api.ReplicaConnection;
import io.replsqlite.harness.fault.SharedNodes;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.sql.DataSource;
import net.ttddyy.dsproxy.ExecutionInfo;
import net.ttddyy.dsproxy.QueryInfo;
import net.ttddyy.dsproxy.listener.QueryExecutionListener;
import net.ttddyy.dsproxy.support.ProxyDataSourceBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tools that stand around a data source. */
@Timeout(60)
class WrappersTest {
    private static ReplicaDataSource source(SharedNodes.Database nodes) {
        ReplicaDataSource source = new ReplicaDataSource();
        source.setUrl(nodes.url());
        return source;
    }

    private static void use(DataSource wrapped) throws SQLException {
        try (Connection connection = wrapped.getConnection();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("create table note(text)");
            statement.executeUpdate("insert into note values('a')");
            assertThat(connection.isWrapperFor(ReplicaConnection.class)).isTrue();
            assertThat(connection.unwrap(ReplicaConnection.class).token().txid().value())
                    .isPositive();
            try (ResultSet rows = statement.executeQuery("select text from note")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString("text")).isEqualTo("a");
            }
        }
    }

    @Test
    void p6spyAround() throws Exception {
        SharedNodes.Database nodes = SharedNodes.get().newDatabase();
        use(new P6DataSource(source(nodes)));
        Applied.assertOnBoth(nodes, "select text from note", "a");
    }

    /** As its own documentation says: its prefix before the URL, its driver in place of ours. */
    @Test
    void p6spyByUrl() throws Exception {
        SharedNodes.Database nodes = SharedNodes.get().newDatabase();
        String url = nodes.url().replace("jdbc:", "jdbc:p6spy:");
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setDriverClassName(P6SpyDriver.class.getName());
        try (HikariDataSource pool = new HikariDataSource(config)) {
            use(pool);
        }
        Applied.assertOnBoth(nodes, "select text from note", "a");
    }

    @Test
    void datasourceProxyAround() throws Exception {
        SharedNodes.Database nodes = SharedNodes.get().newDatabase();
        List<String> seen = new CopyOnWriteArrayList<>();
        use(ProxyDataSourceBuilder.create(source(nodes))
                .listener(new QueryExecutionListener() {
                    @Override
                    public void beforeQuery(ExecutionInfo execution, List<QueryInfo> queries) {}

                    @Override
                    public void afterQuery(ExecutionInfo execution, List<QueryInfo> queries) {
                        queries.forEach(query -> seen.add(query.getQuery()));
                    }
                })
                .build());
        assertThat(seen)
                .containsExactly("create table note(text)", "insert into note values('a')", "select text from note");
        Applied.assertOnBoth(nodes, "select text from note", "a");
    }
}
