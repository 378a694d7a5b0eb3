package io.replsqlite.frameworks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.replsqlite.harness.fault.Await;
import io.replsqlite.harness.fault.NodePair;
import io.replsqlite.harness.fault.NodePair.Member;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A pool whose primary dies and comes back: it reads on, and writes again without being made anew. */
@Timeout(120)
class HikariFailoverTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    private Path directory;

    @Test
    void readsOnWhileThePrimaryIsDeadAndWritesWhenItIsBack() throws Exception {
        try (NodePair nodes = new NodePair(directory, List.of())) {
            nodes.startBoth();
            String url = "jdbc:replsqlite:" + nodes.databaseFile(Member.FOLLOWER) + "?writeTimeout=1s";
            try (NotePool pool = new NotePool(url, Duration.ofMinutes(30))) {
                pool.add("before");
                assertThat(pool.count()).isEqualTo(1);

                nodes.kill(Member.PRIMARY);
                // A request that meets the death on its way may have happened; one that finds nobody has not.
                assertThat(stateOfFailedWrite(pool)).isIn("08001", "08007");
                assertThat(stateOfFailedWrite(pool)).isEqualTo("08001");
                Object physical = pool.physical();
                assertThat(stateOfFailedWrite(pool)).isEqualTo("08001");
                assertThat(pool.count()).isEqualTo(1);
                assertThat(pool.physical())
                        .as("the connection stays in the pool")
                        .isSameAs(physical);

                nodes.start(Member.PRIMARY);
                Await.until("the pool writes again", PATIENCE, () -> {
                    pool.add("after");
                    return true;
                });
                assertThat(pool.count()).isEqualTo(2);
                assertThat(pool.physical()).isSameAs(physical);
            }
        }
    }

    private static String stateOfFailedWrite(NotePool pool) {
        return catchThrowableOfType(SQLException.class, () -> pool.add("nobody"))
                .getSQLState();
    }
}
