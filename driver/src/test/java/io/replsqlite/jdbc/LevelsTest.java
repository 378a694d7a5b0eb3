package io.replsqlite.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.api.LastRoute;
import io.replsqlite.api.LastRoute.Place;
import io.replsqlite.api.ReplicaConnection;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.status.Health;
import io.replsqlite.wire.ErrorResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLSyntaxErrorException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** What each level lets a read see, what each policy does otherwise, and what a hint changes. */
class LevelsTest extends FakePrimaryFixture {
    private static void write(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("insert into t(name) values(hex(randomblob(8)))");
        }
    }

    private static LastRoute route(Connection connection) throws SQLException {
        return connection.unwrap(ReplicaConnection.class).lastRoute();
    }

    private static void assertNotMet(Connection connection, String why) {
        assertThatThrownBy(() -> count(connection))
                .isInstanceOf(SQLTransientConnectionException.class)
                .hasMessageContaining(why)
                .extracting(failure -> ((SQLException) failure).getSQLState())
                .isEqualTo("58R01");
    }

    private interface Work {
        void run() throws SQLException;
    }

    private static Duration time(Work work) throws SQLException {
        long start = MonotonicClock.SYSTEM.nanoTime();
        work.run();
        return Duration.ofNanos(MonotonicClock.SYSTEM.nanoTime() - start);
    }

    @Test
    void eventualAsksForNothing() throws SQLException {
        try (Connection connection = connect("?consistency=eventual&freshness=0ms&onStale=fail")) {
            primary.holdsBackPublishing = true;
            primary.age(Duration.ofHours(1));
            write(connection);
            assertThat(count(connection)).isEqualTo(1);
            assertThat(route(connection).place()).isEqualTo(Place.LOCAL);
            assertThat(route(connection).why()).contains("eventual");
            assertThat(route(connection).ageNanos())
                    .isGreaterThanOrEqualTo(Duration.ofHours(1).toNanos());
            primary.announce(Health.FAILED);
            assertNotMet(connection, "not usable");
        }
    }

    @Test
    void boundedLooksAtTheAgeOnly() throws SQLException {
        try (Connection connection = connect("?consistency=bounded&freshness=1m&readTimeout=20ms&onStale=fail")) {
            primary.holdsBackPublishing = true;
            write(connection);
            assertThat(count(connection)).isEqualTo(1);
            assertThat(route(connection).why()).contains("bounded");
            primary.age(Duration.ofMinutes(2));
            assertNotMet(connection, "ms old, allowed are 60000");
        }
    }

    @Test
    void sessionIsTheDefaultAndFallsBackToThePrimary() throws SQLException {
        try (Connection connection = connect("?readTimeout=20ms")) {
            assertThat(count(connection)).isZero();
            assertThat(route(connection).why()).contains("session");
            primary.holdsBackPublishing = true;
            write(connection);
            assertThat(count(connection)).isEqualTo(1);
            assertThat(route(connection).place()).isEqualTo(Place.PRIMARY);
            assertThat(route(connection).why()).contains("must see 1 of epoch 1");
            primary.publish();
            assertThat(count(connection)).isEqualTo(1);
            assertThat(route(connection).place()).isEqualTo(Place.LOCAL);
            primary.age(Duration.ofSeconds(31));
            assertThat(count(connection)).isEqualTo(1);
            assertThat(route(connection).place()).isEqualTo(Place.PRIMARY);
        }
    }

    @Test
    void whatOneConnectionWroteIsSeenByAllOfTheProcess() throws SQLException {
        try (Connection writer = connect("");
                Connection reader = connect("?readTimeout=20ms");
                Connection bounded = connect("?consistency=bounded")) {
            primary.holdsBackPublishing = true;
            write(writer);
            assertThat(count(reader)).isEqualTo(1);
            assertThat(route(reader).place()).isEqualTo(Place.PRIMARY);
            assertThat(route(reader).why()).contains("this process has written");
            assertThat(count(bounded)).isEqualTo(1);
            assertThat(route(bounded).place()).isEqualTo(Place.LOCAL);
            primary.publish();
            assertThat(count(reader)).isEqualTo(1);
            assertThat(route(reader).place()).isEqualTo(Place.LOCAL);
        }
    }

    @Test
    void asksTheNodeBesideItWhereNobodyIsKnownToLead() throws SQLException {
        try (Connection connection = connect("?writeTimeout=2s")) {
            primary.announceNobodyYet();
            write(connection);
            assertThat(count(connection)).isEqualTo(1);
        }
    }

    @Test
    void saysWhyItWentToAPrimaryThatIsNotThere() throws SQLException {
        try (Connection connection = connect("?readTimeout=20ms&writeTimeout=200ms")) {
            primary.age(Duration.ofMinutes(1));
            primary.announce("");
            assertThatThrownBy(() -> count(connection))
                    .isInstanceOf(SQLTransientConnectionException.class)
                    .hasMessageContaining("no node is known to be the primary")
                    .hasMessageContaining("ms old, allowed are 30000")
                    .extracting(failure -> ((SQLException) failure).getSQLState())
                    .isEqualTo("08001");
        }
    }

    @Test
    void linearizableWaitsForTheHeadThatOneProbeBrings() throws Exception {
        try (Connection reader = connect("?consistency=linearizable&readTimeout=10s&onStale=fail");
                Connection writer = connect("")) {
            primary.holdsBackPublishing = true;
            write(writer);
            Thread publishing = new Thread(() -> {
                while (primary.probes.get() == 0) {
                    Thread.onSpinWait();
                }
                primary.publish();
            });
            publishing.start();
            assertThat(count(reader)).isEqualTo(1);
            publishing.join();
            assertThat(primary.probes.get()).isEqualTo(1);
            assertThat(route(reader).place()).isEqualTo(Place.LOCAL);
            assertThat(route(reader).txid()).isEqualTo(1);
            assertThat(route(reader).why()).contains("linearizable");
            assertThat(route(reader).ageNanos())
                    .isBetween(0L, Duration.ofSeconds(20).toNanos());
        }
    }

    @Test
    void linearizableFollowsItsPolicyWhenNobodyIsSurelyThePrimary() throws SQLException {
        primary.headRefusal = ErrorResponse.of(ErrorResponse.Kind.STALE_EPOCH, "an old primary");
        try (Connection connection = connect("?consistency=linearizable&readTimeout=150ms&onStale=fail")) {
            assertNotMet(connection, "an old primary");
        }
        try (Connection connection = connect("?consistency=linearizable&readTimeout=150ms&onStale=stale");
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeQuery(COUNT).next()).isTrue();
            assertThat(statement.getWarnings().getMessage()).contains("an old primary");
            assertThat(route(connection).place()).isEqualTo(Place.LOCAL);
        }
    }

    @Test
    void linearizableOnThePrimaryItselfAsksItsWriter() throws SQLException {
        primary.lead();
        try (Connection connection = connect("?consistency=linearizable")) {
            assertThat(count(connection)).isZero();
            assertThat(route(connection).place()).isEqualTo(Place.PRIMARY);
            assertThat(primary.probes.get()).isZero();
        }
    }

    @Test
    void primaryReadsThereAlways() throws SQLException {
        try (Connection connection = connect("?consistency=primary")) {
            assertThat(count(connection)).isZero();
            assertThat(route(connection).place()).isEqualTo(Place.PRIMARY);
            assertThat(primary.requests).hasSize(1);
        }
    }

    @Test
    void waitsForAsLongAsTheStatementMayTakeAndNoLonger() throws SQLException {
        primary.age(Duration.ofHours(1));
        try (Connection connection = connect("?onStale=wait&readTimeout=1ms");
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            Duration waited = time(() ->
                    assertThatThrownBy(() -> statement.executeQuery(COUNT)).hasMessageContaining("ms old"));
            assertThat(waited).isBetween(Duration.ofSeconds(1), Duration.ofMillis(1_900));
        }
        try (Connection connection = connect("?onStale=fail&readTimeout=20s");
                Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            Duration waited = time(() ->
                    assertThatThrownBy(() -> statement.executeQuery(COUNT)).hasMessageContaining("ms old"));
            assertThat(waited).as("the statement's own limit").isLessThan(Duration.ofMillis(1_900));
        }
    }

    @Test
    void doesNotWaitForAFreshnessThatOnlyThePrimaryHas() throws SQLException {
        primary.age(Duration.ofMillis(1));
        try (Connection connection = connect("?readTimeout=20s&freshness=0ms")) {
            assertThat(time(() -> count(connection))).isLessThan(Duration.ofSeconds(10));
            assertThat(route(connection).place()).isEqualTo(Place.PRIMARY);
        }
    }

    @Test
    void neverServesAReplicaThatIsNotUsable() throws SQLException {
        try (Connection connection = connect("?onStale=stale&readTimeout=20ms")) {
            primary.announce(Health.QUARANTINED);
            assertNotMet(connection, "not usable");
        }
    }

    @Test
    void aHintBeatsTheConnectionWhichBeatsTheUrl() throws SQLException {
        try (Connection connection = connect("?consistency=eventual&readTimeout=20ms")) {
            String hinted = "/*+ replsqlite: consistency=primary freshness=0ms */ " + COUNT;
            assertThat(count(connection, hinted)).isZero();
            assertThat(route(connection).place()).isEqualTo(Place.PRIMARY);
            assertThat(primary.requests.get(0).statements().get(0).sql()).isEqualTo(COUNT);
            connection.setClientInfo("consistency", "linearizable");
            assertThat(count(connection)).isZero();
            assertThat(primary.probes.get()).isEqualTo(1);
            assertThat(count(connection, "/*+ replsqlite: consistency=eventual */ " + COUNT))
                    .isZero();
            assertThat(primary.probes.get()).isEqualTo(1);
            try (PreparedStatement prepared = connection.prepareStatement(hinted)) {
                assertThat(prepared.executeQuery().next()).isTrue();
                assertThat(route(connection).place()).isEqualTo(Place.PRIMARY);
            }
            assertThatThrownBy(() -> count(connection, "/*+ replsqlite: consistancy=primary */ " + COUNT))
                    .isInstanceOf(SQLSyntaxErrorException.class)
                    .hasMessageContaining("onStale");
        }
    }

    @Test
    void aSnapshotThatAnOpenResultPinsGrowsTooOldForABound() throws SQLException {
        try (Connection writer = connect("");
                Connection reader = connect("?consistency=bounded&freshness=200ms&readTimeout=5s");
                Statement outer = reader.createStatement()) {
            write(writer);
            write(writer);
            ResultSet open = outer.executeQuery("select id from t");
            assertThat(open.next()).isTrue();
            write(writer);
            assertThat(count(reader)).as("the pinned snapshot is young enough").isBetween(2L, 3L);
            long pinned = MonotonicClock.SYSTEM.nanoTime();
            while (MonotonicClock.SYSTEM.nanoTime() - pinned
                    < Duration.ofMillis(250).toNanos()) {
                Thread.onSpinWait();
            }
            assertThat(count(reader)).as("it is too old now").isEqualTo(3);
            assertThat(open.next()).isTrue();
            assertThat(open.next()).isFalse();
        }
    }
}
