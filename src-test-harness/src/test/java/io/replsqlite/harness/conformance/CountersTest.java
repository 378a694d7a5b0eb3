package io.replsqlite.harness.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two clients in turn: last_insert_rowid(), changes() and total_changes() within SQL are each one's own. */
@Timeout(120)
class CountersTest {
    private static final String ALL = "last_insert_rowid(), changes(), total_changes()";

    @TempDir
    Path directory;

    private final List<String> output = new ArrayList<>();

    @Test
    void withAReplicaTheyAreThoseOfPlainSqlite() throws Exception {
        try (TwoNodes nodes = new TwoNodes(directory)) {
            String database = nodes.create();
            List<String> expected = run(nodes.plainUrl(database));
            assertThat(run(nodes.followerUrl(database))).containsExactlyElementsOf(expected);
        }
    }

    @Test
    void withoutALocalFileTheyAreThoseOfPlainSqlite() throws Exception {
        try (TwoNodes nodes = new TwoNodes(directory)) {
            String database = nodes.create();
            List<String> expected = run(nodes.plainUrl(database));
            DriverManager.getConnection(nodes.followerUrl(database)).close(); // once it is there, both nodes know it
            assertThat(run(nodes.remoteUrl(database))).containsExactlyElementsOf(expected);
        }
    }

    private List<String> run(String url) throws SQLException {
        output.clear();
        try (Connection one = DriverManager.getConnection(url);
                Connection other = DriverManager.getConnection(url)) {
            schema(one);
            interleaved(one, other);
            inTransactions(one, other);
            batches(one, other);
            manyRows(one, other);
            read(one, "select * from child order by id"); // whose is the last row
            return List.copyOf(output);
        }
    }

    private void update(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            output.add(sql + ": " + statement.executeUpdate(sql));
        }
    }

    private void read(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                List<Object> row = new ArrayList<>();
                for (int column = 1; column <= columns; column++) {
                    row.add(result.getObject(column));
                }
                output.add(sql + ": " + row);
            }
        }
    }

    private void schema(Connection one) throws SQLException {
        update(one, "create table parent(id integer primary key, name text)");
        update(one, "create table child(id integer primary key, parent integer, changed integer, total integer)");
        update(one, "create table log(id integer primary key, what text)");
        update(
                one,
                "create trigger logged after insert on parent begin"
                        + " insert into log(what) values ('a'), (last_insert_rowid()); end");
    }

    private void interleaved(Connection one, Connection other) throws SQLException {
        update(one, "insert into parent(name) values ('one')");
        update(other, "insert into parent(name) values ('two'), ('three'), ('four')");
        update(one, "insert into child(parent, changed, total) values (" + ALL + ")");
        update(other, "insert into child(parent, changed, total) values (" + ALL + ")");
        read(one, "select name, " + ALL + " from parent where id = 1");
        read(other, "select name, " + ALL + " from parent where id = 1");
        update(one, "update parent set name = name || changes() where id > last_insert_rowid()");
        update(other, "delete from parent where id = 0");
        update(one, "insert into child(parent, changed, total) select " + ALL + " from parent");
        update(other, "insert into child(parent, changed, total) values (" + ALL + ")");
    }

    private void inTransactions(Connection one, Connection other) throws SQLException {
        update(other, "insert into parent(id, name) values (100, 'other')");
        one.setAutoCommit(false);
        update(one, "insert into child(parent, changed, total) values (" + ALL + ")");
        read(one, "select " + ALL + " from parent where id = 1");
        update(one, "insert into parent(id, name) values (200, 'in a transaction')");
        update(one, "insert into child(parent, changed, total) values (" + ALL + ")");
        one.commit();
        update(other, "insert into child(parent, changed, total) values (" + ALL + ")");
        update(one, "insert into parent(name) values ('undone')");
        one.rollback();
        one.setAutoCommit(true);
        update(other, "insert into child(parent, changed, total) values (" + ALL + ")");
        read(one, "select " + ALL + " from parent where id = 1");
    }

    private void batches(Connection one, Connection other) throws SQLException {
        update(other, "insert into parent(id, name) values (300, 'before a batch')");
        try (Statement statement = one.createStatement()) {
            statement.addBatch("insert into child(parent, changed, total) values (" + ALL + ")");
            statement.addBatch("insert into parent(name) values ('in a batch')");
            statement.addBatch("insert into child(parent, changed, total) values (" + ALL + ")");
            output.add("batch: " + Arrays.toString(statement.executeBatch()));
        }
        update(other, "insert into child(parent, changed, total) values (" + ALL + ")");
    }

    private void manyRows(Connection one, Connection other) throws SQLException {
        update(
                one,
                "insert into child(parent) with recursive n(i) as (select 1 union all select i + 1 from n where i < 500)"
                        + " select i from n");
        update(other, "delete from log where id = 1");
        update(one, "insert into child(parent, changed, total) values (" + ALL + ")");
        read(other, "select " + ALL + " from parent where id = 1");
    }
}
