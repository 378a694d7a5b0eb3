package io.replsqlite.harness.session;

import static io.replsqlite.harness.session.OneNode.execute;
import static io.replsqlite.harness.session.OneNode.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an application sees of transactions at the primary. */
class DriverTransactionsTest extends OneNodeFixture {
    @Test
    void readsSeeTheTransactionsOwnWritesAndOthersSeeThemAfterCommit() throws Exception {
        connection.setAutoCommit(false);
        execute(connection, "insert into t(name) values('a')");
        assertThat(count(connection)).isEqualTo(1);
        assertThat(count(other)).isZero();
        connection.commit();
        assertThat(count(connection)).isEqualTo(1);
        connection.rollback();
        execute(connection, "insert into t(name) values('b')");
        connection.rollback();
        connection.setAutoCommit(true);
        assertThat(count(connection)).isEqualTo(1);
    }

    @Test
    void switchingAutoCommitOnCommitsAndOffCallsNobody() throws Exception {
        connection.setAutoCommit(false);
        execute(other, "insert into t(name) values('a')");
        execute(connection, "insert into t(name) values('b')");
        connection.setAutoCommit(true);
        assertThat(connection.getAutoCommit()).isTrue();
        assertThat(count(connection)).isEqualTo(2);
        assertThatThrownBy(connection::commit).hasMessageContaining("auto-commit");
    }

    @Test
    void savepointsUndoAndKeep() throws Exception {
        connection.setAutoCommit(false);
        Savepoint first = connection.setSavepoint();
        execute(connection, "insert into t(name) values('a')");
        Savepoint named = connection.setSavepoint("a \"name\"");
        execute(connection, "insert into t(name) values('b')");
        connection.rollback(named);
        assertThat(count(connection)).isEqualTo(1);
        connection.releaseSavepoint(named);
        assertThatThrownBy(() -> connection.rollback(named)).hasMessageContaining("no such savepoint");
        connection.rollback(first);
        assertThat(count(connection)).isZero();
        execute(connection, "insert into t(name) values('c')");
        connection.commit();
        assertThat(count(other) + count(connection)).isGreaterThan(0);
        assertThat(count(connection)).isEqualTo(1);
    }

    @Test
    void aFailedStatementLeavesTheTransactionOpen() throws Exception {
        connection.setAutoCommit(false);
        execute(connection, "insert into t(name) values('a')");
        SQLException duplicate =
                catchThrowableOfType(SQLException.class, () -> execute(connection, "insert into t(name) values('a')"));
        assertThat(duplicate.getSQLState()).isEqualTo("23505");
        execute(connection, "insert into t(name) values('b')");
        connection.commit();
        assertThat(count(connection)).isEqualTo(2);
    }

    @Test
    void generatedKeysBatchesAndReturningWork() throws Exception {
        connection.setAutoCommit(false);
        try (PreparedStatement insert =
                connection.prepareStatement("insert into t(name) values(?)", Statement.RETURN_GENERATED_KEYS)) {
            insert.setString(1, "first");
            assertThat(insert.executeUpdate()).isEqualTo(1);
            try (ResultSet keys = insert.getGeneratedKeys()) {
                assertThat(keys.next()).isTrue();
                assertThat(keys.getLong(1)).isEqualTo(1);
            }
            for (int i = 0; i < 100; i++) {
                insert.setString(1, "n" + i);
                insert.addBatch();
            }
            assertThat(insert.executeBatch()).hasSize(100).containsOnly(1);
            insert.setString(1, "late");
            insert.addBatch();
            insert.setString(1, "late");
            insert.addBatch();
            assertThatThrownBy(insert::executeBatch).isInstanceOf(BatchUpdateException.class);
        }
        try (PreparedStatement insert =
                connection.prepareStatement("insert into t(name) values(?) returning id, name")) {
            insert.setString(1, "back");
            try (ResultSet row = insert.executeQuery()) {
                assertThat(row.next()).isTrue();
                assertThat(row.getLong("id")).isEqualTo(103);
                assertThat(row.getString("name")).isEqualTo("back");
            }
        }
        connection.commit();
        assertThat(count(connection)).isEqualTo(103);
    }

    @Test
    void cursorsInterleaveWithEachOtherAndWithUpdates() throws Exception {
        fill(connection, 2000);
        connection.setAutoCommit(false);
        List<Long> seen = new ArrayList<>();
        try (Statement first = connection.createStatement();
                Statement second = connection.createStatement();
                PreparedStatement update = connection.prepareStatement("update t set name = ? where id = ?");
                ResultSet outer = first.executeQuery("select id from t order by id");
                ResultSet inner = second.executeQuery("select name from t order by id desc")) {
            while (outer.next()) {
                assertThat(inner.next()).isTrue();
                seen.add(outer.getLong(1));
                if (outer.getLong(1) % 500 == 0) {
                    update.setString(1, "changed " + outer.getLong(1));
                    update.setLong(2, outer.getLong(1));
                    assertThat(update.executeUpdate()).isEqualTo(1);
                }
            }
            assertThat(inner.next()).isFalse();
        }
        connection.commit();
        assertThat(seen).hasSize(2000).startsWith(1L).endsWith(2000L);
        assertThat(number(connection, "select count(*) from t where name like 'changed%'"))
                .isEqualTo(4);
    }

    @Test
    void aResultEndsWithItsTransaction() throws Exception {
        fill(connection, 2000);
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement();
                ResultSet open = statement.executeQuery("select * from t")) {
            assertThat(open.next()).isTrue();
            connection.commit();
            assertThatThrownBy(() -> {
                        while (open.next()) {
                            assertThat(open.getLong(1)).isLessThan(2000);
                        }
                    })
                    .hasMessageContaining("ended with its transaction");
        }
    }

    @Test
    void schemaChangesAreSeenInTheirTransaction() throws Exception {
        connection.setAutoCommit(false);
        execute(connection, "create table u(a, b)");
        try (PreparedStatement insert = connection.prepareStatement("insert into u values(?, ?)")) {
            insert.setInt(1, 1);
            insert.setString(2, "x");
            assertThat(insert.executeUpdate()).isEqualTo(1);
        }
        assertThat(number(connection, "select count(*) from u where a = 1")).isEqualTo(1);
        assertThat(number(connection, "select count(*) from pragma_table_info('u')"))
                .isEqualTo(2);
        connection.rollback();
        assertThatThrownBy(() -> number(connection, "select count(*) from u")).hasMessageContaining("no such table: u");
    }

    @Test
    void aCommitThatAForeignKeyHoldsBackCanBeRepaired() throws Exception {
        execute(connection, "create table child(parent int references t(id) deferrable initially deferred)");
        try (Connection strict = node.connect("?foreign_keys=on")) {
            strict.setAutoCommit(false);
            execute(strict, "insert into child values(7)");
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThatThrownBy(strict::commit)
                        .extracting(failure -> ((SQLException) failure).getSQLState())
                        .isEqualTo("23503");
                assertThat(number(strict, "select count(*) from child")).isEqualTo(1);
            }
            execute(strict, "insert into t(id) values(7)");
            strict.commit();
            assertThat(number(strict, "select count(*) from child")).isEqualTo(1);
            execute(strict, "delete from t");
            assertThatThrownBy(strict::commit).isInstanceOf(SQLException.class);
            strict.rollback();
            assertThat(count(strict)).isEqualTo(1);
            strict.rollback();
        }
        execute(other, "insert into t(name) values('the writer is free')");
    }

    @Test
    void transactionsMayBeDrivenByText() throws Exception {
        execute(connection, "begin immediate");
        execute(connection, "insert into t(name) values('a')");
        assertThat(connection.getAutoCommit()).isTrue();
        assertThatThrownBy(() -> execute(connection, "begin")).hasMessageContaining("within a transaction");
        execute(connection, "savepoint s");
        execute(connection, "insert into t(name) values('b')");
        execute(connection, "rollback to s");
        execute(connection, "commit");
        assertThat(count(connection)).isEqualTo(1);
        execute(connection, "savepoint outer_one; insert into t(name) values('c'); release outer_one");
        assertThat(count(connection)).isEqualTo(2);
        execute(connection, "begin; insert into t(name) values('d'); rollback;");
        assertThat(count(connection)).isEqualTo(2);
        assertThatThrownBy(() -> execute(connection, "commit")).hasMessageContaining("no transaction is active");
    }

    @Test
    void foreignKeysHoldAndMayBeDeferredToTheEnd() throws Exception {
        execute(connection, "create table c(p references t(id))");
        execute(connection, "pragma foreign_keys=on");
        connection.setAutoCommit(false);
        assertThatThrownBy(() -> execute(connection, "insert into c values(7)")).hasMessageContaining("FOREIGN KEY");
        execute(connection, "pragma defer_foreign_keys=on");
        execute(connection, "insert into c values(7)");
        assertThatThrownBy(connection::commit).hasMessageContaining("FOREIGN KEY");
        assertThat(count(connection)).as("open, to be repaired").isZero();
        connection.rollback();
        assertThatThrownBy(() -> execute(connection, "insert into c values(7)")).hasMessageContaining("FOREIGN KEY");
        connection.rollback();
    }

    @Test
    void whatSQLiteRollsBackItselfFailsUntilRollback() throws Exception {
        execute(connection, "create trigger no before insert on t begin select raise(rollback, 'never'); end");
        connection.setAutoCommit(false);
        for (int attempt = 0; attempt < 3; attempt++) {
            assertThatThrownBy(() -> execute(connection, "insert into t(name) values('a')"))
                    .isInstanceOf(SQLTransactionRollbackException.class)
                    .hasMessageContaining("never")
                    .extracting(failure -> ((SQLException) failure).getSQLState())
                    .isEqualTo("40001");
        }
        assertThatThrownBy(connection::commit).isInstanceOf(SQLTransactionRollbackException.class);
        connection.rollback();
        assertThat(count(connection)).isZero();
    }

    @Test
    void readOnlyTransactionsStayLocalAndMayNotWrite() throws Exception {
        connection.setAutoCommit(false);
        connection.setReadOnly(true);
        assertThat(count(connection)).isZero();
        execute(other, "insert into t(name) values('a')");
        assertThat(count(connection)).isZero();
        assertThatThrownBy(() -> connection.setReadOnly(false)).hasMessageContaining("during a transaction");
        assertThatThrownBy(() -> execute(connection, "insert into t(name) values('b')"))
                .extracting(failure -> ((SQLException) failure).getSQLState())
                .isEqualTo("25006");
        connection.commit();
        connection.setAutoCommit(true);
        connection.setReadOnly(false);
        execute(connection, "insert into t(name) values('c')");
    }

    @Test
    void aLostTransactionBegunByTextIsLeftByRollback() throws Exception {
        execute(connection, "create trigger no before insert on t begin select raise(rollback, 'never'); end");
        execute(connection, "begin");
        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(() -> execute(connection, "insert into t(name) values('a')"))
                    .isInstanceOf(SQLTransactionRollbackException.class);
        }
        connection.rollback();
        assertThat(count(connection)).isZero();
    }
}
