package io.replsqlite.harness.session;

import static io.replsqlite.harness.session.OneNode.execute;
import static io.replsqlite.harness.session.OneNode.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.replsqlite.api.LastRoute.Place;
import io.replsqlite.api.ReplicaConnection;
import io.replsqlite.api.TransactionMode;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTransactionRollbackException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Transactions that begin on a local snapshot and move to the primary with their first write. */
@Timeout(120)
class UpgradeTransactionsTest {
    private static final String SUM = "select sum(balance) from account";

    @TempDir
    Path directory;

    private OneNode node;
    private Connection connection;
    private Connection other;

    @BeforeEach
    void start() throws Exception {
        node = new OneNode(directory, Map.of("page-bytes", "4KiB"));
        other = node.connect("");
        execute(other, "create table account(id integer primary key, balance int)");
        execute(other, "create table noise(id integer primary key, data)");
        for (int account = 1; account <= 5; account++) {
            execute(other, "insert into account values(" + account + ", 100)");
        }
        connection = node.connect("?transactions=upgrade");
        connection
                .unwrap(ReplicaConnection.class)
                .adopt(other.unwrap(ReplicaConnection.class).token());
        connection.setAutoCommit(false);
    }

    @AfterEach
    void stop() throws Exception {
        connection.close();
        other.close();
        node.close();
    }

    private Place place() throws SQLException {
        return connection.unwrap(ReplicaConnection.class).lastRoute().place();
    }

    private void write() throws SQLException {
        execute(connection, "update account set balance = balance + 1 where id = 5");
    }

    private void assertRefused(String why) throws SQLException {
        SQLException refused = catchThrowableOfType(SQLException.class, this::write);
        assertThat(refused.getMessage()).contains(why);
        assertThat(refused.getSQLState()).isEqualTo("40001");
        assertThat(refused.getErrorCode()).as(refused.toString()).isEqualTo(5);
        assertThatThrownBy(() -> number(connection, SUM))
                .as("until rollback()")
                .isInstanceOf(SQLTransactionRollbackException.class);
        connection.rollback();
        assertThat(number(other, "/*+ replsqlite: consistency=primary */ select balance from account where id = 5"))
                .as("nothing was done")
                .isEqualTo(100);
        write();
        connection.rollback();
    }

    @Test
    void readsStayLocalUntilTheFirstWriteAndThenAllRunsAtThePrimary() throws Exception {
        assertThat(number(connection, SUM)).isEqualTo(500);
        assertThat(place()).isEqualTo(Place.LOCAL);
        write();
        assertThat(number(connection, SUM)).isEqualTo(501);
        assertThat(place()).isEqualTo(Place.PRIMARY);
        connection.commit();
        assertThat(number(other, "/*+ replsqlite: consistency=primary */ " + SUM))
                .isEqualTo(501);
        assertThat(number(connection, SUM)).isEqualTo(501);
        assertThat(place()).isEqualTo(Place.LOCAL);
    }

    @Test
    void aTransactionThatNeverWritesLeavesTheWriterToOthers() throws Exception {
        assertThat(number(connection, SUM)).isEqualTo(500);
        execute(other, "update account set balance = 0");
        assertThat(number(connection, SUM)).as("one snapshot").isEqualTo(500);
        connection.commit();
        assertThat(number(connection, "/*+ replsqlite: consistency=linearizable */ " + SUM))
                .isZero();
    }

    @Test
    void whatOthersChangedElsewhereDoesNotMatter() throws Exception {
        try (PreparedStatement read = connection.prepareStatement("select id, balance from account where id < ?")) {
            for (int below : new int[] {3, 4}) {
                read.setInt(1, below);
                try (ResultSet result = read.executeQuery()) {
                    while (result.next()) {
                        assertThat(result.getInt(2)).isEqualTo(100);
                    }
                }
            }
        }
        execute(other, "update account set balance = 7 where id = 4");
        execute(other, "insert into noise(data) values(x'00')");
        write();
        connection.commit();
        assertThat(number(other, "/*+ replsqlite: consistency=primary */ " + SUM))
                .isEqualTo(408);
    }

    @Test
    void whatOthersChangedInWhatWasReadRefusesTheFirstWrite() throws Exception {
        assertThat(number(connection, "select balance from account where id = 1"))
                .isEqualTo(100);
        assertThat(number(connection, "select count(*) from noise")).isZero();
        execute(other, "insert into noise(data) values(1)");
        assertRefused("has changed");
        execute(other, "delete from noise");
        try (Statement statement = connection.createStatement();
                ResultSet none = statement.executeQuery("select * from noise")) {
            assertThat(none.next()).isFalse();
        }
        execute(other, "insert into noise(data) values(2)");
        assertRefused("has changed");
        assertThat(number(connection, "select count(*) from noise")).isEqualTo(1);
        execute(other, "drop table noise");
        assertRefused("cannot be read any more");
    }

    @Test
    void ofAResultThatWasReadInPartOnlyThatPartMatters() throws Exception {
        for (boolean changesWhatWasRead : new boolean[] {false, true}) {
            try (Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery("select balance from account order by id")) {
                assertThat(result.next()).isTrue();
                assertThat(result.next()).isTrue();
            }
            execute(other, "update account set balance = balance + 10 where id = " + (changesWhatWasRead ? 2 : 3));
            if (changesWhatWasRead) {
                assertRefused("has changed");
            } else {
                write();
                connection.rollback();
            }
        }
    }

    @Test
    void aLimitOfRowsIsNoEndOfTheResult() throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.setMaxRows(2);
            try (ResultSet result = statement.executeQuery("select balance from account order by id")) {
                assertThat(result.next() && result.next()).isTrue();
                assertThat(result.next()).isFalse();
            }
        }
        execute(other, "insert into account values(6, 100)");
        write();
        connection.rollback();
    }

    @Test
    void anOpenResultReadsOnIfNothingHasChangedAndElseHoldsTheTransactionBack() throws Exception {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select id from account order by id")) {
            int rows = 0;
            while (result.next()) {
                execute(connection, "insert into noise(data) values(" + result.getInt(1) + ")");
                rows++;
            }
            assertThat(rows).isEqualTo(5);
            assertThat(number(connection, "select count(*) from noise")).isEqualTo(5);
            connection.commit();
        }
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select id from account order by id")) {
            assertThat(result.next()).isTrue();
            execute(other, "insert into noise(data) values(0)");
            assertRefused("still open");
        }
    }

    @Test
    void savepointsOfTheLocalPartMoveAlong() throws Exception {
        Savepoint first = connection.setSavepoint();
        assertThat(number(connection, SUM)).isEqualTo(500);
        Savepoint second = connection.setSavepoint("second");
        Savepoint third = connection.setSavepoint("third");
        connection.rollback(second);
        assertThatThrownBy(() -> connection.rollback(third)).hasMessageContaining("no such savepoint");
        write();
        assertThat(number(connection, SUM)).isEqualTo(501);
        connection.rollback(second);
        assertThat(number(connection, SUM)).isEqualTo(500);
        write();
        connection.rollback(first);
        write();
        connection.releaseSavepoint(first);
        connection.commit();
        assertThat(number(other, "/*+ replsqlite: consistency=primary */ " + SUM))
                .isEqualTo(501);
    }

    @Test
    void whatReadsWithoutTablesOrDifferentlyEachTimeNeedsAnUnchangedDatabase() throws Exception {
        number(connection, "select random()");
        write();
        connection.rollback();
        number(connection, "select random()");
        execute(other, "insert into noise(data) values(0)");
        assertRefused("has changed");
    }

    @Test
    void tooManyReadsNeedAnUnchangedDatabase() throws Exception {
        String rows = "with recursive n(i) as (select 1 union all select i+1 from n limit 100001) select i from n";
        for (boolean changes : new boolean[] {false, true}) {
            try (Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery(rows)) {
                while (result.next()) {
                    assertThat(result.getRow()).isPositive();
                }
            }
            if (changes) {
                execute(other, "insert into noise(data) values(0)");
                assertRefused("more than 100000 rows");
            } else {
                write();
                connection.rollback();
            }
        }
    }

    @Test
    void aPoolCanSwitchItPerConnectionAndTextTransactionsKnowItToo() throws Exception {
        connection.rollback();
        connection.setAutoCommit(true);
        ReplicaConnection replica = connection.unwrap(ReplicaConnection.class);
        assertThat(connection.getClientInfo("transactions")).isEqualTo("upgrade");
        execute(connection, "begin");
        assertThat(number(connection, SUM)).isEqualTo(500);
        assertThat(place()).isEqualTo(Place.LOCAL);
        execute(connection, "savepoint one");
        write();
        execute(connection, "rollback to one");
        execute(connection, "commit");
        connection.setClientInfo("transactions", "primary");
        assertThat(replica.transactionMode()).isEqualTo(TransactionMode.PRIMARY);
        connection.setAutoCommit(false);
        assertThat(number(connection, SUM)).isEqualTo(500);
        assertThat(place()).isEqualTo(Place.PRIMARY);
        connection.rollback();
        connection.setClientInfo("transactions", null);
        assertThat(replica.transactionMode()).isEqualTo(TransactionMode.UPGRADE);
    }

    /** Each takes the money of one account if both together have enough: SQLite alone would let only one do it. */
    @Test
    void writeSkewIsPrevented() throws Exception {
        try (Connection second = node.connect("?transactions=upgrade")) {
            second.unwrap(ReplicaConnection.class)
                    .adopt(other.unwrap(ReplicaConnection.class).token());
            second.setAutoCommit(false);
            String together = "select sum(balance) from account where id in (1, 2)";
            assertThat(number(connection, together)).isEqualTo(200);
            assertThat(number(second, together)).isEqualTo(200);
            execute(connection, "update account set balance = balance - 200 where id = 1");
            connection.commit();
            assertThatThrownBy(() -> execute(second, "update account set balance = balance - 200 where id = 2"))
                    .extracting(failure -> ((SQLException) failure).getSQLState())
                    .isEqualTo("40001");
            second.rollback();
            assertThat(number(second, together)).isZero();
        }
    }

    /**
     * Random reads and concurrent writes: the first write goes on exactly if every result, read once more at the primary
     * as far as it was read before, is the same.
     */
    @Test
    void theFirstWriteGoesOnExactlyIfTheReadsAreTheSame() throws Exception {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        int wentOn = 0;
        for (int round = 0; round < 60; round++) {
            List<String> reads = new ArrayList<>();
            List<List<Object>> before = new ArrayList<>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                String sql = randomRead(random);
                reads.add(sql);
                before.add(rows(connection, sql));
            }
            execute(other, randomChange(random));
            boolean same = true;
            for (int i = 0; i < reads.size(); i++) {
                same &= rows(other, "/*+ replsqlite: consistency=primary */ " + reads.get(i))
                        .equals(before.get(i));
            }
            String label = "seed " + seed + " round " + round + " " + reads;
            if (same) {
                wentOn++;
                execute(connection, "insert into noise(data) values(-1)");
            } else {
                assertThatThrownBy(() -> execute(connection, "insert into noise(data) values(-1)"))
                        .as(label)
                        .hasMessageContaining("has changed");
            }
            connection.rollback();
            connection
                    .unwrap(ReplicaConnection.class)
                    .adopt(other.unwrap(ReplicaConnection.class).token());
        }
        assertThat(wentOn).as("seed " + seed).isBetween(1, 59);
    }

    private static String randomRead(Random random) {
        int id = 1 + random.nextInt(6);
        return switch (random.nextInt(4)) {
            case 0 -> "select * from account where id = " + id;
            case 1 -> "select id, balance from account where id between " + id + " and " + (id + 2) + " order by id";
            case 2 -> "select count(*), max(balance) from account where balance > 50";
            default -> "select hex(data), length(data) from noise order by id limit " + id;
        };
    }

    private static String randomChange(Random random) {
        int id = 1 + random.nextInt(6);
        return switch (random.nextInt(4)) {
            case 0 -> "update account set balance = " + random.nextInt(200) + " where id = " + id;
            case 1 -> "delete from account where id = " + id;
            case 2 -> "insert or replace into account values(" + id + ", " + random.nextInt(200) + ")";
            default -> "insert into noise(data) values(randomblob(" + id + "))";
        };
    }

    private static List<Object> rows(Connection on, String sql) throws SQLException {
        List<Object> rows = new ArrayList<>();
        try (Statement statement = on.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                for (int column = 1; column <= columns; column++) {
                    rows.add(String.valueOf(result.getString(column)));
                }
                rows.add("|");
            }
        }
        return rows;
    }
}
