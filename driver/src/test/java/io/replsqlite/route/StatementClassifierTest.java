package io.replsqlite.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.local.ConnectionCounters;
import io.replsqlite.local.LocalConnection;
import io.replsqlite.route.Classification.Place;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementClassifierTest {
    @TempDir
    Path directory;

    private LocalConnection local;
    private StatementClassifier classifier;

    @BeforeEach
    void open() throws SQLException {
        Path file = directory.resolve("a.db");
        try (Connection writer = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = writer.createStatement()) {
            statement.executeUpdate("PRAGMA journal_mode=wal; create table t(a, b); create index ta on t(a);"
                    + "create view v as select * from t;"
                    + "create trigger tv instead of insert on v begin insert into t values(new.a, new.b); end");
        }
        local = LocalConnection.open("jdbc:x", file, new Properties(), new ConnectionCounters());
        classifier = new StatementClassifier(local);
    }

    @AfterEach
    void close() throws SQLException {
        local.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "select * from t | LOCAL",
                "/* c */ with x as (select 1) select * from x | LOCAL",
                "with x as (select 1) insert into t select 1,2 from x | PRIMARY",
                "insert into v values(1,2) | PRIMARY",
                "update t set a=1 returning a | PRIMARY",
                "create table u(a) | PRIMARY",
                "create temp table u(a) | LOCAL_TEMPORARY",
                "create table if not exists t(a) | PRIMARY",
                "drop table if exists not_here_yet | PRIMARY",
                "drop view if exists main.not_here_yet | PRIMARY",
                "analyze | PRIMARY",
                "reindex | PRIMARY",
                "select * from not_here_yet | PRIMARY",
                "explain insert into t values(1,2) | LOCAL",
                "vacuum | PRIMARY",
                "vacuum into 'x.db' | LOCAL",
                "begin immediate | TRANSACTION_CONTROL",
                "savepoint a | TRANSACTION_CONTROL",
                "attach 'x.db' as x | REFUSED",
                "select load_extension('x') | REFUSED",
                "restore from 'x.db' | REFUSED",
                "pragma table_info(t) | LOCAL",
                "pragma main.user_version | LOCAL",
                "pragma user_version=3 | PRIMARY",
                "pragma main.user_version(-3) | PRIMARY",
                "pragma foreign_keys=on | LOCAL_AND_REMEMBERED",
                "pragma journal_mode | LOCAL",
                "pragma journal_mode=wal | LOCAL_CONNECTION",
                "pragma journal_mode=delete | REFUSED",
                "pragma wal_checkpoint | REFUSED",
                "pragma writable_schema=1 | REFUSED",
                "pragma cache_size=-100 | LOCAL_CONNECTION",
            })
    void knowsWhereAStatementRuns(String sql, Place place) throws SQLException {
        assertThat(classifier.classify(sql).place()).isEqualTo(place);
        assertThat(classifier.classify(sql).place()).as("cached").isEqualTo(place);
    }

    @Test
    void looksAgainWhenATemporaryTableTakesTheName() throws SQLException {
        assertThat(classifier.classify("insert into t values(1,2)").place()).isEqualTo(Place.PRIMARY);
        try (Statement statement = local.createStatement()) {
            statement.executeUpdate("create temp table t(a,b)");
        }
        assertThat(classifier.classify("insert into t values(1,2)").place()).isEqualTo(Place.LOCAL_TEMPORARY);
    }

    /** SQLite takes its cookie back with the rest, and gives the same one to another schema after. */
    @Test
    void aRollbackOfTemporaryTablesIsNoticedAlthoughTheirCookieComesAgain() throws SQLException {
        String insert = "insert into t values(1,2)";
        temporary("create temp table t(a,b)");
        temporary("create temp table other(a)");
        local.setAutoCommit(false);
        temporary("drop table temp.t");
        assertThat(classifier.classify(insert).place()).isEqualTo(Place.PRIMARY);
        local.rollback();
        local.setAutoCommit(true);
        temporary("drop table other");
        assertThat(classifier.classify(insert).place()).isEqualTo(Place.LOCAL_TEMPORARY);
    }

    @Test
    void aTemporaryTableThatIsRenamedHidesTheOneOfTheFile() throws SQLException {
        String select = "select * from t";
        temporary("create temp table other(a)");
        assertThat(classifier.classify(select).place()).isEqualTo(Place.LOCAL);
        temporary("alter table other rename to t");
        assertThat(classifier.classify(select).place()).isEqualTo(Place.LOCAL_CONNECTION);
    }

    @Test
    void whatNamesTheTemporarySchemaStaysHere() throws SQLException {
        String again = "create table if not exists temp.mine(a)";
        temporary(again);
        assertThat(classifier.classify(again).place()).isEqualTo(Place.LOCAL_TEMPORARY);
        assertThat(classifier.classify("drop table if exists temp.absent").place())
                .isEqualTo(Place.LOCAL_TEMPORARY);
        assertThat(classifier.classify("drop table temp.mine").place()).isEqualTo(Place.LOCAL_TEMPORARY);
    }

    /** As the driver runs it. */
    private void temporary(String sql) throws SQLException {
        assertThat(classifier.classify(sql).place()).as(sql).isEqualTo(Place.LOCAL_TEMPORARY);
        try (Statement statement = local.createStatement()) {
            statement.executeUpdate(sql);
        }
        local.temporarySchemaChanged();
    }

    @Test
    void whatReadsTemporaryTablesStaysHere() throws SQLException {
        Classification shared = classifier.classify("select count(*) from t");
        assertThat(shared.isBoundHere()).isFalse();
        assertThat(classifier.classify("create temp table mine(a)").place()).isEqualTo(Place.LOCAL_TEMPORARY);
        try (Statement statement = local.createStatement()) {
            statement.executeUpdate("create temp table mine(a)");
        }
        assertThat(classifier.classify("select * from mine").place()).isEqualTo(Place.LOCAL_CONNECTION);
        Classification beside = classifier.classify("select * from mine, t");
        assertThat(beside.place()).isEqualTo(Place.LOCAL);
        assertThat(beside.isBoundHere()).isTrue();
        assertThat(classifier.classify("drop table if exists nothing").place()).isEqualTo(Place.PRIMARY);
        assertThat(classifier.classify("select count(*) from t").isBoundHere()).isFalse();
    }

    @Test
    void isBackedBySqliteItself() {
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> {
                    try (Statement statement = local.createStatement()) {
                        statement.executeUpdate("insert into t values(1,2)");
                    }
                }))
                .hasMessageContaining("SQLITE_READONLY");
    }
}
