package io.replsqlite.frameworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.harness.cluster.LeaseKind;
import io.replsqlite.harness.cluster.LocalCluster;
import io.replsqlite.harness.fault.Await;
import io.replsqlite.harness.fault.SharedNodes;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When a pool replaces its connections: by age, by eviction, and not after another node has become the primary. */
@Timeout(180)
class HikariTurnoverTest {
    /** The shortest that HikariCP takes; it retires a connection up to a quarter earlier. */
    private static final Duration SHORTEST_LIFE = Duration.ofSeconds(30);

    private static final Duration LONG_LIFE = Duration.ofMinutes(30);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    /** A transaction that is open when the time is up ends as its application wants; nothing is lost between the two. */
    @Test
    @Tag("slow")
    void aConnectionThatHasLivedItsTimeIsReplacedBetweenTwoUses() throws Exception {
        SharedNodes.Database database = SharedNodes.get().newDatabase();
        try (NotePool pool = new NotePool(database.url(), SHORTEST_LIFE)) {
            Object first = pool.physical();
            Await.until("the first connection is replaced", PATIENCE, () -> {
                pool.add("a");
                return pool.physical() != first;
            });
            long written = pool.count();
            Object second = pool.physical();
            holdTransactionFor(SHORTEST_LIFE, pool);
            assertThat(pool.count()).as("what was committed across it").isEqualTo(written + 1);
            assertThat(pool.physical()).isNotSameAs(second);
            Applied.assertOnBoth(database, "select count(*) from note", (int) (written + 1));
        }
    }

    private static void holdTransactionFor(Duration time, NotePool pool) throws Exception {
        Deadline over = Deadline.after(time, MonotonicClock.SYSTEM);
        try (Connection connection = pool.source().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.executeUpdate("insert into note values('across the end of its life')");
            Await.until("its time is over", time.plus(PATIENCE), () -> {
                assertThat(statement.executeUpdate("update note set text = 'b' where rowid = 1"))
                        .isEqualTo(1);
                return over.hasPassed();
            });
            connection.commit();
        }
    }

    @Test
    void anEvictedConnectionLeavesNothingBehindAtThePrimary() throws Exception {
        SharedNodes.Database database = SharedNodes.get().newDatabase();
        try (NotePool pool = new NotePool(database.url(), LONG_LIFE)) {
            Object first = pool.physical();
            try (Connection connection = pool.source().getConnection();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.executeUpdate("insert into note values('open when it is evicted')");
                pool.source().getHikariPoolMXBean().softEvictConnections();
            }
            pool.add("after");
            assertThat(pool.physical()).isNotSameAs(first);
            Applied.assertOnBoth(database, "select group_concat(text) from note", "after");
        }
    }

    /** The primary dies in the middle of a transaction and another node takes over: the pool needs nobody's help. */
    @Test
    void afterAFailoverThePoolWritesAtTheNewPrimary() throws Exception {
        try (LocalCluster cluster = LocalCluster.start(directory, 3, LeaseKind.FILE)) {
            int old = cluster.primary().orElseThrow();
            int here = old == 1 ? 2 : 1;
            try (NotePool pool = new NotePool(cluster.jdbcUrl(here, LocalCluster.DATABASE), LONG_LIFE)) {
                pool.add("before");
                cluster.awaitLevel(PATIENCE);
                Object first = pool.physical();
                assertThat(loseTransaction(pool, cluster, old).getSQLState()).isEqualTo("40001");
                assertThat(pool.physical())
                        .as("a lost transaction costs no connection")
                        .isSameAs(first);

                pool.add("after");
                assertThat(cluster.primary().orElseThrow()).isNotEqualTo(old);
                assertThat(pool.count()).isEqualTo(2);
                assertThat(pool.physical()).isSameAs(first);
            }
        }
    }

    private static SQLException loseTransaction(NotePool pool, LocalCluster cluster, int primary) throws Exception {
        try (Connection connection = pool.source().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.executeUpdate("insert into note values('lost')");
            cluster.node(primary).kill();
            SQLException lost = catchThrowableOfType(
                    SQLException.class, () -> statement.executeUpdate("insert into note values('lost too')"));
            connection.rollback();
            return lost;
        }
    }
}
