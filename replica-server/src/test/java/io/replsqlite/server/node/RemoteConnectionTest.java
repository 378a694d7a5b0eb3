package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.replsqlite.api.LastRoute;
import io.replsqlite.api.ReplicaConnection;
import io.replsqlite.api.ReplicaStatement;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections without a local file, to two nodes of which the first one named is a follower. */
class RemoteConnectionTest extends NodesFixture {
    private ReplicaNode primary;
    private ReplicaNode follower;

    @BeforeEach
    void startNodes() throws Exception {
        primary = start("one");
        follower = start("two");
        await("the follower has the database", () -> database(follower) != null);
    }

    private String url() {
        return "jdbc:replsqlite://" + follower.url().getAuthority() + ","
                + primary.url().getAuthority() + "/app?tokenFile=" + directory.resolve("token");
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(url());
    }

    private static int update(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        }
    }

    private static long number(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.getLong(1);
        }
    }

    @Test
    void readsAndWritesGoToThePrimaryAndReadsNotToItsWriter() throws Exception {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("create table t(id integer primary key, x)");
            assertThat(statement.executeUpdate("with v(x) as (values('a'), ('b')) insert into t(x) select x from v"))
                    .isEqualTo(2);
            long written =
                    connection.unwrap(ReplicaConnection.class).token().txid().value();
            try (ResultSet rows = statement.executeQuery("with v as (select x from t) select x from v order by x")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString("x")).isEqualTo("a");
            }
            LastRoute route = statement.unwrap(ReplicaStatement.class).lastRoute();
            assertThat(route.place()).isEqualTo(LastRoute.Place.PRIMARY);
            assertThat(route.why()).contains("no replica");
            assertThat(connection.unwrap(ReplicaConnection.class).token().txid().value())
                    .isEqualTo(written);
            for (String level : List.of("eventual", "bounded", "session", "linearizable", "primary")) {
                assertThat(number(connection, "/*+ replsqlite: consistency=" + level + " */ select count(*) from t"))
                        .isEqualTo(2);
            }
        }
    }

    /** Migrations drop and create; the mirror of the schema may have seen the one and not the other. */
    @Test
    void aStatementIsPreparedAgainAfterItsTableWasDroppedAndMadeAnew() throws Exception {
        try (Connection connection = connect();
                Connection other = connect()) {
            update(other, "create table t(x)");
            String insert = "insert into t values(?)";
            connection.prepareStatement(insert).close();
            update(other, "drop table t");
            assertThatThrownBy(() -> number(connection, "select count(*) from absent")) // looks at the schema again
                    .isInstanceOf(SQLException.class);
            update(other, "create table t(x)");
            try (PreparedStatement again = connection.prepareStatement(insert)) {
                again.setInt(1, 7);
                assertThat(again.executeUpdate()).isEqualTo(1);
            }
            assertThat(number(other, "select x from t")).isEqualTo(7);
        }
    }

    @Test
    void transactionsRunAtThePrimaryReadOnlyOnesToo() throws Exception {
        try (Connection connection = connect();
                Connection other = connect()) {
            update(connection, "create table t(x)");
            connection.setAutoCommit(false);
            update(connection, "insert into t values(1)");
            update(connection, "create table inside(y)");
            update(connection, "insert into inside values(2)");
            assertThat(number(connection, "select y from inside")).isEqualTo(2);
            assertThat(number(other, "select count(*) from t")).isZero();
            connection.rollback();
            update(connection, "insert into t values(3)");
            connection.commit();
            connection.setAutoCommit(true);
            connection.setReadOnly(true);
            connection.setAutoCommit(false);
            assertThat(number(connection, "select x from t")).isEqualTo(3);
            assertThatThrownBy(() -> update(connection, "insert into t values(4)"))
                    .extracting(failure -> ((SQLException) failure).getSQLState())
                    .isEqualTo("25006");
            connection.rollback();
        }
    }

    @Test
    void metadataIsSqliteJdbcsOwnAndFollowsChangesOfTheSchema() throws Exception {
        try (Connection connection = connect();
                Connection other = connect()) {
            update(other, "create table parent(id integer primary key autoincrement, name varchar(20) not null)");
            update(other, "create table child(p integer references parent(id), d decimal(8,2))");
            update(other, "create unique index by_name on parent(name)");
            update(other, "create view both as select name, d from parent join child on p = id");
            update(other, "create virtual table words using fts5(text)");
            assertThat(number(connection, "select count(*) from parent")).isZero(); // has seen the other's commits
            DatabaseMetaData metaData = connection.getMetaData();
            assertThat(column(metaData.getTables(null, null, "%", new String[] {"TABLE"}), "TABLE_NAME"))
                    .contains("parent", "child", "words");
            assertThat(column(metaData.getTables(null, null, "%", new String[] {"VIEW"}), "TABLE_NAME"))
                    .containsExactly("both");
            assertThat(column(metaData.getColumns(null, null, "parent", "%"), "TYPE_NAME"))
                    .containsExactly("INTEGER", "VARCHAR");
            assertThat(column(metaData.getPrimaryKeys(null, null, "parent"), "COLUMN_NAME"))
                    .containsExactly("id");
            assertThat(column(metaData.getImportedKeys(null, null, "child"), "PKTABLE_NAME"))
                    .containsExactly("parent");
            assertThat(column(metaData.getIndexInfo(null, null, "parent", true, true), "INDEX_NAME"))
                    .contains("by_name");
            assertThat(metaData.getURL()).startsWith("jdbc:replsqlite://").doesNotContain("token");

            update(connection, "alter table parent add column age integer");
            update(connection, "drop view both");
            assertThat(column(metaData.getColumns(null, null, "parent", "%"), "COLUMN_NAME"))
                    .containsExactly("id", "name", "age");
            assertThat(column(metaData.getTables(null, null, "%", new String[] {"VIEW"}), "TABLE_NAME"))
                    .isEmpty();
        }
    }

    private static List<String> column(ResultSet rows, String name) throws SQLException {
        List<String> values = new ArrayList<>();
        try (rows) {
            while (rows.next()) {
                values.add(rows.getString(name));
            }
        }
        return values;
    }

    @Test
    void parametersAndTypesAreThoseOfSqliteJdbc() throws Exception {
        Timestamp moment = Timestamp.valueOf("2024-05-06 07:08:09.123");
        try (Connection connection = connect()) {
            update(connection, "create table t(id integer primary key, at timestamp, yes boolean, bytes blob, n)");
            try (PreparedStatement insert =
                    connection.prepareStatement("insert into t(at, yes, bytes, n) values(?, ?, ?, ?) returning id")) {
                insert.setTimestamp(1, moment);
                insert.setBoolean(2, true);
                insert.setBytes(3, new byte[] {1, 2, 3});
                insert.setNull(4, Types.INTEGER);
                assertThat(insert.getMetaData().getColumnName(1)).isEqualTo("id");
                try (ResultSet keys = insert.executeQuery()) {
                    assertThat(keys.getLong(1)).isEqualTo(1);
                }
            }
            try (PreparedStatement select = connection.prepareStatement("select * from t where at = ?")) {
                select.setTimestamp(1, moment);
                try (ResultSet row = select.executeQuery()) {
                    assertThat(row.next()).isTrue();
                    assertThat(row.getTimestamp("at")).isEqualTo(moment);
                    assertThat(row.getBoolean("yes")).isTrue();
                    assertThat(row.getBytes("bytes")).containsExactly(1, 2, 3);
                    assertThat(row.getObject("n")).isNull();
                    assertThat(row.getMetaData().getColumnTypeName(2)).isEqualTo("TIMESTAMP");
                }
            }
        }
    }

    @Test
    void whatConcernsTheConnectionStaysWithIt() throws Exception {
        try (Connection connection = connect();
                Connection other = connect()) {
            update(connection, "create table p(id integer primary key)");
            update(connection, "create table c(p references p(id))");
            try (Statement statement = connection.createStatement()) {
                statement.executeUpdate("insert into p values(41)");
                assertThat(statement.getGeneratedKeys().getLong(1)).isEqualTo(41);
            }
            update(other, "insert into p values(99)");
            assertThat(number(connection, "select last_insert_rowid()")).isEqualTo(41);
            update(connection, "pragma foreign_keys = on");
            assertThat(number(connection, "pragma foreign_keys")).isEqualTo(1);
            assertThatThrownBy(() -> update(connection, "insert into c values(1)"))
                    .extracting(failure -> ((SQLException) failure).getSQLState())
                    .isEqualTo("23503");
            assertThat(update(other, "insert into c values(1)")).isEqualTo(1);
            assertThat(number(connection, "pragma user_version")).isZero();
            for (String impossible :
                    List.of("create temp table x(y)", "vacuum into 'x'", "backup to 'x'", "attach 'x' as y")) {
                assertThatThrownBy(() -> update(connection, impossible))
                        .as(impossible)
                        .isInstanceOf(SQLFeatureNotSupportedException.class);
            }
        }
    }

    @Test
    void aWriteFollowsThePrimaryToTheOtherNode() throws Exception {
        try (Connection connection = connect()) {
            update(connection, "create table t(x)");
            update(connection, "insert into t values(1)");
            awaitApplied(follower, database(primary).files().orElseThrow().log().durableHead());
            stop("one");
            assertThat(update(connection, "insert into t values(2)")).isEqualTo(1);
            assertThat(number(connection, "select count(*) from t")).isEqualTo(2);
        }
        try (Connection connection = connect()) {
            assertThat(number(connection, "select count(*) from t")).isEqualTo(2);
        }
    }

    @Test
    void wrongTokenAndUnknownDatabaseAreToldWhenConnecting() throws Exception {
        String hosts = "jdbc:replsqlite://" + follower.url().getAuthority() + "/";
        SQLException wrongToken = catchThrowableOfType(
                SQLException.class, () -> DriverManager.getConnection(hosts + "app?token=not-the-token"));
        assertThat(wrongToken.getSQLState()).isEqualTo("28000");
        SQLException unknown = catchThrowableOfType(
                SQLException.class,
                () -> DriverManager.getConnection(hosts + "none?tokenFile=" + directory.resolve("token")));
        assertThat(unknown.getMessage()).contains("no database 'none'").contains("app");
        SQLException noFile = catchThrowableOfType(
                SQLException.class,
                () -> DriverManager.getConnection(hosts + "app?connectTimeout=500ms&tokenFile=/there/is/no/token"));
        assertThat(noFile.getMessage()).contains("/there/is/no/token");
    }

    @Test
    void aFollowerThatHasNotHeardOfADatabaseYetNamesThePrimary() throws Exception {
        for (String name : List.of("new1", "new2", "new3")) {
            assertThat(post(primary, "/v1/databases/" + name + "/create", "").statusCode())
                    .isEqualTo(200);
            String url = "jdbc:replsqlite://" + follower.url().getAuthority() + "/" + name + "?tokenFile="
                    + directory.resolve("token");
            try (Connection connection = DriverManager.getConnection(url)) {
                assertThat(update(connection, "create table t(x)")).isZero();
            }
        }
    }

    @Test
    void nobodyThereIsToldWithinTheTimeout() throws Exception {
        int nobodys;
        try (ServerSocket free = new ServerSocket(0)) {
            nobodys = free.getLocalPort();
        }
        Deadline soon = Deadline.after(Duration.ofSeconds(5), MonotonicClock.SYSTEM);
        SQLException unreachable = catchThrowableOfType(
                SQLException.class,
                () -> DriverManager.getConnection(
                        "jdbc:replsqlite://127.0.0.1:" + nobodys + "/app?token=x&connectTimeout=600ms"));
        assertThat(unreachable.getSQLState()).isEqualTo("08001");
        assertThat(unreachable.getMessage()).contains("cannot be reached");
        assertThat(soon.hasPassed()).isFalse();
        String second = "jdbc:replsqlite://127.0.0.1:" + nobodys + ","
                + primary.url().getAuthority() + "/app?tokenFile=" + directory.resolve("token");
        try (Connection connection = DriverManager.getConnection(second)) {
            assertThat(connection.isValid(1)).isTrue();
        }
    }
}
