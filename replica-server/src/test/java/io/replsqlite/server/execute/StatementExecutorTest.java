package io.replsqlite.server.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import io.replsqlite.wire.ErrorResponse;
import io.replsqlite.wire.ExecuteRequest;
import io.replsqlite.wire.ExecuteRequest.Kind;
import io.replsqlite.wire.ExecuteResponse;
import io.replsqlite.wire.RequestId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatementExecutorTest {
    @TempDir
    Path directory;

    private Connection connection;
    private final StatementExecutor executor = new StatementExecutor(new ExecuteLimits(100, 10_000, 1_000_000));

    @BeforeEach
    void open() throws SQLException {
        connection = DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("a.db"));
        run("create table t(id integer primary key, name text unique, v)");
        run("create table log(x)");
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    private long count() throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select count(*) from t")) {
            return result.getLong(1);
        }
    }

    private static ExecuteRequest request(Kind kind, long maxRows, ExecuteRequest.Statement... statements) {
        return new ExecuteRequest(
                RequestId.random(),
                "app",
                kind,
                List.of(statements),
                maxRows,
                true,
                Map.of(),
                Epoch.NONE,
                1,
                Txid.ZERO);
    }

    private static ExecuteRequest.Statement statement(String sql, Object... parameters) {
        return new ExecuteRequest.Statement(sql, List.of(Arrays.asList(parameters)));
    }

    /** As the writer does: one transaction around the request. */
    private ExecuteOutcome execute(ExecuteRequest request) throws SQLException {
        run("begin immediate");
        ExecuteOutcome outcome = executor.execute(request, connection);
        run(outcome instanceof ExecuteOutcome.Done ? "commit" : "rollback");
        return outcome;
    }

    private ExecuteResponse done(ExecuteRequest request) throws SQLException {
        ExecuteOutcome outcome = execute(request);
        assertThat(outcome).isInstanceOf(ExecuteOutcome.Done.class);
        return ((ExecuteOutcome.Done) outcome).response();
    }

    private ErrorResponse failed(ExecuteRequest request) throws SQLException {
        ExecuteOutcome outcome = execute(request);
        assertThat(outcome).isInstanceOf(ExecuteOutcome.Failed.class);
        return ((ExecuteOutcome.Failed) outcome).error();
    }

    @Test
    void aStatementThatIsRunAgainFollowsTheSchema() throws SQLException {
        run("create table changing(a)");
        ExecuteRequest insert = request(Kind.WRITE, 0, statement("insert into changing values(?)", 1L));
        assertThat(done(insert).counts()).containsExactly(1L);
        run("alter table changing add column b");
        assertThat(execute(insert)).isInstanceOf(ExecuteOutcome.Failed.class);
        run("drop table changing");
        assertThat(execute(insert)).isInstanceOf(ExecuteOutcome.Failed.class);
        run("create table changing(a unique)");
        assertThat(done(insert).counts()).containsExactly(1L);
        assertThat(execute(insert)).isInstanceOf(ExecuteOutcome.Failed.class);
        run("delete from changing");
        assertThat(done(insert).counts()).containsExactly(1L);
    }

    @Test
    void countsAsSqliteJdbcDoesAndNamesTheInsertedKey() throws SQLException {
        run("create trigger tr after insert on t begin insert into log values(1); insert into log values(2); end");
        ExecuteResponse response =
                done(request(Kind.WRITE, 0, statement("insert into t(id,name,v) values(?,?,?)", 5L, "a", null)));
        assertThat(response.counts()).containsExactly(1L);
        assertThat(response.totalChanges()).isEqualTo(3);
        assertThat(response.lastRowid()).isEqualTo(5);
        assertThat(response.insertedKeys()).isTrue();
    }

    @Test
    void aBatchTellsTheKeyOfEachEntryThatInserted() throws SQLException {
        run("insert into t(id, name) values(7, 'seven')");
        ExecuteRequest.Statement entries = new ExecuteRequest.Statement(
                "insert or ignore into t(name) values(?)",
                List.of(List.of("eight"), List.of("seven"), List.of("nine")));
        ExecuteResponse response = done(request(
                Kind.BATCH, 0, entries, statement("update t set v = 1"), statement("insert into log values(1)")));
        assertThat(response.counts()).containsExactly(1L, 0L, 1L, 3L, 1L);
        assertThat(response.rows().values()).containsExactly(List.of(8L), List.of(9L), List.of(1L));
        ExecuteResponse broken =
                done(request(Kind.BATCH, 0, statement("insert into t(name) values('ten')"), statement("nonsense")));
        assertThat(broken.failure()).isNotNull();
        assertThat(broken.rows().values()).containsExactly(List.of(10L));
    }

    @Test
    void answersZeroForDdlAndNoKeyWhereNothingWasInserted() throws SQLException {
        run("insert into t(id, name) values(1, 'a')");
        ExecuteResponse ddl = done(request(Kind.WRITE, 0, statement("create table u(a)")));
        assertThat(ddl.counts()).containsExactly(0L);
        assertThat(ddl.totalChanges()).isZero();
        ExecuteResponse ignored =
                done(request(Kind.WRITE, 0, statement("insert or ignore into t(name) values(?)", "a")));
        assertThat(ignored.insertedKeys()).isFalse();
        ExecuteResponse updated = done(request(Kind.WRITE, 0, statement("update t set v = 1")));
        assertThat(updated.insertedKeys()).isFalse();
        assertThat(updated.counts()).containsExactly(1L);
    }

    @Test
    void tellsAnUpsertThatUpdatedFromOneThatInserted() throws SQLException {
        run("insert into t(id, name) values(1, 'a'), (2, 'b')");
        String upsert = "insert into t(name, v) values(?, 1) on conflict(name) do update set v = 1";
        assertThat(done(request(Kind.WRITE, 0, statement(upsert, "a"))).insertedKeys())
                .isFalse();
        ExecuteResponse inserted = done(request(Kind.WRITE, 0, statement(upsert, "c")));
        assertThat(inserted.insertedKeys()).isTrue();
        assertThat(inserted.lastRowid()).isEqualTo(3);
    }

    @Test
    void returnsRowsWithTheirStorageClassesAndStepsBehindMaxRows() throws SQLException {
        ExecuteResponse response = done(request(
                Kind.WRITE,
                1,
                statement("insert into t(name, v) values('a', 2.5), ('b', x'0102') returning id, name, v, id + 1")));
        assertThat(response.rows().columns())
                .extracting(ExecuteResponse.Column::name)
                .containsExactly("id", "name", "v", "id + 1");
        assertThat(response.rows().columns().get(0).table()).isEqualTo("t");
        assertThat(response.rows().values()).containsExactly(List.of(1L, "a", 2.5, 2L));
        assertThat(count()).isEqualTo(2);
    }

    @Test
    void undoesTheWholeRequestOnAFailureAndShapesTheError() throws SQLException {
        ErrorResponse error = failed(request(
                Kind.WRITE,
                0,
                statement("insert into t(name) values('a')"),
                statement("insert into t(name) values('a')")));
        assertThat(error.kind()).isEqualTo(ErrorResponse.Kind.SQL);
        assertThat(error.resultCode()).isEqualTo(2067);
        assertThat(error.vendorCode()).isEqualTo(19);
        assertThat(error.sqlState()).isEqualTo("23505");
        assertThat(error.mayHaveHappened()).isFalse();
        assertThat(count()).isZero();
    }

    @Test
    void keepsTheEntriesOfABatchBeforeTheFailure() throws SQLException {
        ExecuteRequest.Statement insert = new ExecuteRequest.Statement(
                "insert into t(name) values(?)", List.of(List.of("a"), List.of("b"), List.of("a"), List.of("c")));
        ExecuteResponse response = done(request(Kind.BATCH, 0, insert));
        assertThat(response.counts()).containsExactly(1L, 1L);
        assertThat(response.failure()).isNotNull();
        assertThat(response.failure().sqlState()).isEqualTo("23505");
        assertThat(count()).isEqualTo(2);
    }

    @Test
    void refusesAWriteSentAsARead() throws SQLException {
        assertThat(done(request(Kind.READ, 0, statement("select count(*) from t")))
                        .rows()
                        .values())
                .containsExactly(List.of(0L));
        assertThat(done(request(Kind.READ, 0, statement("pragma user_version"))).rows())
                .isNotNull();
        assertThat(failed(request(Kind.READ, 0, statement("insert into t(name) values('a') returning id")))
                        .message())
                .contains("sent as a read");
        assertThat(failed(request(Kind.READ, 0, statement("pragma user_version=4")))
                        .message())
                .contains("sent as a read");
        assertThat(count()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "attach 'FILE' as x",
                "/* c */ vacuum into 'FILE'",
                "backup to 'FILE'",
                "restore from 'FILE'",
                "select load_extension('FILE')",
                "pragma writable_schema=1",
                "explain pragma writable_schema=1",
                "pragma journal_mode=delete",
                "pragma temp_store_directory='FILE'",
                "begin",
                "commit",
                "savepoint a",
                "create temp table x(a)",
                "insert into t(name) values('a'); delete from t",
                "",
                "-- nothing"
            })
    void refusesWhatMustNotComeOverTheWire(String sql) throws SQLException {
        Path file = directory.resolve("victim");
        ErrorResponse error = failed(request(Kind.WRITE, 0, statement(sql.replace("FILE", file.toString()))));
        assertThat(error.kind()).isEqualTo(ErrorResponse.Kind.REFUSED);
        assertThat(Files.exists(file)).isFalse();
    }

    @Test
    void refusesResultsAndParametersThatDoNotFit() throws SQLException {
        String many = "with recursive n(i) as (select 1 union all select i + 1 from n where i < ?) select i from n";
        assertThat(done(request(Kind.READ, 0, statement(many, 100L))).rows().values())
                .hasSize(100);
        assertThat(failed(request(Kind.READ, 0, statement(many, 101L))).message())
                .contains("more than 100 rows", "max-result-rows");
        assertThat(failed(request(Kind.READ, 0, statement("select ?", "x".repeat(10_000))))
                        .kind())
                .isEqualTo(ErrorResponse.Kind.TOO_LARGE);
        assertThat(failed(request(Kind.WRITE, 0, statement("insert into t(name) values(?)")))
                        .message())
                .contains("1 parameters, 0 came");
    }
}
