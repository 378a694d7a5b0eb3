package io.replsqlite.harness.session;

import static io.replsqlite.harness.session.OneNode.execute;
import static io.replsqlite.harness.session.OneNode.number;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A primary with small pages that soon misses a sign of life, a table, and two connections. */
@Timeout(60)
abstract class OneNodeFixture {
    static final String ENDLESS =
            "with recursive n(i) as (select 1 union all select i+1 from n) select count(*) from n";

    @TempDir
    Path directory;

    OneNode node;
    Connection connection;
    Connection other;

    @BeforeEach
    void start() throws Exception {
        node = new OneNode(directory, Map.of("page-bytes", "4KiB", "silence-limit", "3s"));
        connection = node.connect("");
        other = node.connect("");
        execute(connection, "create table t(id integer primary key, name text unique)");
    }

    @AfterEach
    void stop() throws Exception {
        connection.close();
        other.close();
        node.close();
    }

    static long count(Connection on) throws SQLException {
        return number(on, "select count(*) from t");
    }

    static void fill(Connection on, int rows) throws SQLException {
        execute(
                on,
                "insert into t(name) with recursive n(i) as (select 1 union all select i+1 from n where i<" + rows
                        + ") select 'row ' || i from n");
    }
}
