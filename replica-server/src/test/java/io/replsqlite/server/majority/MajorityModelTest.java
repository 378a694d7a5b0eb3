package io.replsqlite.server.majority;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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
            assertThat(cluster.leftBehind()).as("cannot follow, seed %d", seed).isEmpty();
            epochs += cluster.epochsLed();
        }
        assertThat(epochs).as("tenures in all").isGreaterThan(4);
    }

    @Test
    void theEndOfAnEarlierTenureLeavesThePresentOneAsItIs() {
        SimulatedCluster cluster = new SimulatedCluster(3, 3, 0, 1.0);
        assertThat(cluster.recovers(3_000)).isTrue();
        SimulatedNode leader = cluster.leader();
        long epoch = leader.epochLed();
        leader.endsTenure(epoch - 1);
        leader.endsTenure(epoch + 1);
        assertThat(leader.mayAcknowledge()).isTrue();
        leader.endsTenure(epoch);
        assertThat(leader.mayAcknowledge()).isFalse();
        assertThat(cluster.recovers(5_000)).isTrue();
        assertThat(cluster.leader().epochLed()).isGreaterThan(epoch);
    }

    /** Two candidates begin one epoch: who is with the loser refuses every record of the winner, until there is a later epoch. */
    @ParameterizedTest(name = "a voter: {0}")
    @ValueSource(booleans = {true, false})
    void aNodeThatPromisedTheLeadersEpochToAnotherFollowsInTheEnd(boolean voter) {
        SimulatedCluster cluster = new SimulatedCluster(7, 3, 2, 1.0);
        assertThat(cluster.recovers(5_000)).isTrue();
        SimulatedNode leader = cluster.leader();
        List<SimulatedNode> others = cluster.nodes().stream()
                .filter(node -> node != leader && cluster.nodes().indexOf(node) < 3 == voter)
                .toList();
        others.get(0).hasPromisedToAnother(leader.epochLed(), others.get(1).name());
        assertThat(cluster.leftBehind()).containsExactly(others.get(0).name());
        assertThat(cluster.recovers(5_000)).isTrue();
        assertThat(cluster.leftBehind()).isEmpty();
        assertThat(cluster.violations()).isEmpty();
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
