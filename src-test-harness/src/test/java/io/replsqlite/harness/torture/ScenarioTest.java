package io.replsqlite.harness.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Durability;
import io.replsqlite.harness.history.Outcome;
import io.replsqlite.harness.rig.Nemesis;
import io.replsqlite.harness.rig.Rig;
import io.replsqlite.harness.torture.Round.RoundTimes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The situations that the rules of the lease are about, each forced on one cluster of three under load with durability
 * quorum. After each, every acknowledged row is on every node, once, and all other checks hold too.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@EnabledOnOs(OS.LINUX)
@Timeout(600)
class ScenarioTest {
    /** Longer than the lease, which is 4 s, and an election. */
    private static final int BEYOND_THE_LEASE_MILLIS = 6_500;

    private static final int A_MOMENT_MILLIS = 1_500;
    private static final long SEED = Long.getLong("scenario.seed", 20_261_123L);

    private Rig rig;
    private int rounds;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        rig = Rig.start(directory, Durability.QUORUM, SEED, List.of());
        Schema.create(rig.cluster());
        rig.awaitLevel();
    }

    @AfterAll
    void stop() throws Exception {
        rig.close();
    }

    /** @return what was found, all of it good */
    private RoundReport survive(Nemesis nemesis, int holdMillis) throws Exception {
        rounds++;
        Random random = new Random(SEED + rounds);
        RoundReport report = new Round(rig, rounds, List.of(nemesis), random, new RoundTimes(holdMillis, 0))
                .run(Durability.QUORUM, 0)
                .report();
        assertThat(report.failures())
                .as("seed %d, %s", SEED, TortureReport.line(report))
                .isEmpty();
        assertThat(report.faults())
                .singleElement()
                .satisfies(fault -> assertThat(fault.detail()).doesNotContain("not possible"));
        assertThat(report.answers().count(Outcome.OK)).isGreaterThan(100);
        return report;
    }

    private long epoch() throws Exception {
        return rig.cluster().client(rig.awaitPrimary()).status().epoch();
    }

    @Test
    @Order(1)
    void theRigSeesWhoCallsAndCutsOneNodeOff() throws Exception {
        long before = epoch();
        assertThat(survive(Nemesis.ISOLATE, BEYOND_THE_LEASE_MILLIS)
                        .answers()
                        .epochs()
                        .last())
                .as("the isolated one has not gone on in its epoch")
                .isGreaterThan(before);
    }

    @Test
    @Order(2)
    void aPausedPrimaryIsFollowedByAnotherAndAcknowledgesNothingMore() throws Exception {
        long before = epoch();
        assertThat(survive(Nemesis.PAUSE, BEYOND_THE_LEASE_MILLIS)
                        .answers()
                        .epochs()
                        .last())
                .isGreaterThan(before);
    }

    @Test
    @Order(3)
    void aSessionThatEndsOnTheServerFirstCostsNoWrite() throws Exception {
        survive(Nemesis.EXPIRE, A_MOMENT_MILLIS);
    }

    @Test
    @Order(4)
    void aSessionThatEndsForTheNodeFirstCostsNoWrite() throws Exception {
        survive(Nemesis.ZOOKEEPER_DEAF, BEYOND_THE_LEASE_MILLIS);
    }

    @Test
    @Order(5)
    void aPrimaryThatDoesNotReachZooKeeperLosesNoWrite() throws Exception {
        survive(Nemesis.ZOOKEEPER_PARTITION, BEYOND_THE_LEASE_MILLIS);
    }

    @Test
    @Order(6)
    void aPrimaryInTheMinorityAcknowledgesNothingThatTheOthersLack() throws Exception {
        survive(Nemesis.MINORITY, BEYOND_THE_LEASE_MILLIS);
    }

    @Test
    @Order(7)
    void anOldPrimaryThatReturnsFollowsAndHasEverything() throws Exception {
        int old = rig.awaitPrimary();
        long before = epoch();
        assertThat(survive(Nemesis.KILL, BEYOND_THE_LEASE_MILLIS)
                        .answers()
                        .epochs()
                        .last())
                .isGreaterThan(before);
        assertThat(rig.cluster().client(old).status().epoch()).isEqualTo(epoch());
    }

    @Test
    @Order(8)
    void allNodesThatDieAtOnceComeBackWithEverything() throws Exception {
        survive(Nemesis.KILL_ALL, A_MOMENT_MILLIS);
    }

    @Test
    @Order(9)
    void aZooKeeperThatHasForgottenEverythingTakesNoEpochBack() throws Exception {
        long before = epoch();
        survive(Nemesis.ZOOKEEPER_WIPE, Math.toIntExact(Duration.ofSeconds(2).toMillis()));
        assertThat(epoch()).isGreaterThanOrEqualTo(before);
    }
}
