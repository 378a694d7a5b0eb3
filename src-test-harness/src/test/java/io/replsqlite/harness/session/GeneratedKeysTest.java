package io.replsqlite.harness.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The keys that a batch leaves, which sqlite-jdbc does not tell. */
@Timeout(60)
class GeneratedKeysTest {
    private static final String INSERT = "insert or ignore into t(name) values(?)";

    @TempDir
    Path directory;

    private OneNode node;
    private Connection connection;

    @BeforeEach
    void start() throws Exception {
        node = new OneNode(directory, Map.of());
        connection = node.connect("");
        OneNode.execute(connection, "create table t(id integer primary key, name text unique not null)");
    }

    @AfterEach
    void stop() throws Exception {
        connection.close();
        node.close();
    }

    private static List<Long> keys(Statement statement) throws SQLException {
        List<Long> keys = new ArrayList<>();
        try (ResultSet rows = statement.getGeneratedKeys()) {
            assertThat(rows.getMetaData().getColumnName(1)).isEqualTo("last_insert_rowid()");
            while (rows.next()) {
                keys.add(rows.getLong(1));
            }
        }
        return keys;
    }

    private static void add(PreparedStatement insert, String... names) throws SQLException {
        for (String name : names) {
            insert.setString(1, name);
            insert.addBatch();
        }
    }

    @Test
    void everyEntryOfABatchThatInsertsHasItsKey() throws Exception {
        try (PreparedStatement insert = connection.prepareStatement(INSERT, Statement.RETURN_GENERATED_KEYS)) {
            assertThat(keys(insert)).isEmpty();
            add(insert, "a", "b", "a", "c");
            assertThat(insert.executeBatch()).containsExactly(1, 1, 0, 1);
            assertThat(keys(insert)).containsExactly(1L, 2L, 3L);
            assertThat(keys(insert)).as("asked a second time").containsExactly(1L, 2L, 3L);
            add(insert, "a");
            assertThat(insert.executeBatch()).containsExactly(0);
            assertThat(keys(insert)).isEmpty();
            insert.setString(1, "d");
            assertThat(insert.executeUpdate()).isEqualTo(1);
            assertThat(keys(insert)).containsExactly(4L);
        }
    }

    @Test
    void aTransactionTellsThemToo() throws Exception {
        connection.setAutoCommit(false);
        try (PreparedStatement insert = connection.prepareStatement(INSERT, new String[] {"id"})) {
            add(insert, "a", "b");
            assertThat(insert.executeLargeBatch()).containsExactly(1, 1);
            assertThat(keys(insert)).containsExactly(1L, 2L);
        }
        connection.rollback();
    }

    @Test
    void aBatchOfTextsHasThemWithoutBeingAsked() throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.addBatch("insert into t(name) values('a'), ('b')");
            statement.addBatch("update t set name = 'A' where name = 'a'");
            statement.addBatch("insert into t(name) values('c')");
            assertThat(statement.executeBatch()).containsExactly(2, 1, 1);
            assertThat(keys(statement)).as("the last of each entry").containsExactly(2L, 3L);
        }
    }

    @Test
    void aBatchThatFailsHasTheKeysOfWhatStays() throws Exception {
        String refusing = "insert into t(name) values(?)";
        try (PreparedStatement insert = connection.prepareStatement(refusing, Statement.RETURN_GENERATED_KEYS)) {
            add(insert, "a", "b", "a", "c");
            assertThatThrownBy(insert::executeBatch).isInstanceOf(BatchUpdateException.class);
            assertThat(keys(insert)).containsExactly(1L, 2L);
        }
    }

    @Test
    void whoDoesNotAskForThemGetsNoneAsWithSqliteJdbc() throws Exception {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            add(insert, "a", "b");
            assertThat(insert.executeBatch()).containsExactly(1, 1);
            assertThat(keys(insert)).isEmpty();
        }
    }
}
