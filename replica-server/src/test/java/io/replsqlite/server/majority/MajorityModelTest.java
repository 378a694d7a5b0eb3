package io.replsqlite.server.majority;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pauses, restarts, lost and late messages, a lease below that lies: at most one node may acknowledge at any instant. */
@Timeout(60)
class MajorityModelTest {
    private static final int STEPS = 3_000;

    @ParameterizedTest(name = "{0} voters, {1} others")
    @CsvSource({"3, 0", "3, 2", "5, 0", "2, 1", "1, 2"})
    void atMostOneNodeMayAcknowledgeAndEachEpochHasOneLeader(int voters, int others) {
        int epochs = 0;
        for (long seed = 1; seed <= 4; seed++) {
            SimulatedCluster cluster = new SimulatedCluster(seed, voters, others, 1.1);
            cluster.run(STEPS);
            boolean recovers = cluster.recovers(30_000);
            assertThat(cluster.violations()).as("seed %d", seed).isEmpty();
            assertThat(recovers).as("somebody leads in the end, seed %d", seed).isTrue();
            epochs += cluster.epochsLed();
        }
        assertThat(epochs).as("tenures in all").isGreaterThan(4);
    }

    /** So that the check above cannot hold by accident. */
    @Test
    void clocksThatRunApartByMoreThanTheMarginAreFoundOut() {
        int found = 0;
        for (long seed = 1; seed <= 20 && found == 0; seed++) {
            SimulatedCluster cluster = new SimulatedCluster(seed, 3, 0, 6);
            cluster.run(STEPS);
            found += cluster.violations().size();
        }
        assertThat(found).isPositive();
    }
}
