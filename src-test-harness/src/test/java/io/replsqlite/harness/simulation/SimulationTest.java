package io.replsqlite.harness.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.harness.simulation.node.Defect;
import java.util.EnumSet;
import java.util.function.LongPredicate;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every seed here is replayed by {@code ./replsqlite simulate --seed N}; a property gives CI or a patient person more of them
 * ({@code -Dreplsqlite.simulation.seeds=1000}).
 */
class SimulationTest {
    private static final int SEEDS = Integer.getInteger("replsqlite.simulation.seeds", 40);
    private static final int SEEDS_RUN_TWICE = 8;

    /** The rarest deliberate bug shows in one of thirty seeds of its kind, the others within a few. */
    private static final int SEEDS_FOR_A_DEFECT = 400;

    @Test
    void noSeedWithALeaseFromOutsideViolatesAGuarantee() {
        requireEventful(runAll(seed -> !Simulation.leadsByMajority(seed)));
    }

    @Test
    void noSeedThatLeadsByMajorityViolatesAGuarantee() {
        requireEventful(runAll(Simulation::leadsByMajority));
    }

    /** What seeds of one kind came to: the other kind must not make up for it. */
    private record Tally(long seeds, long acknowledged, long crashes, long tenures) {
        Tally plus(SimulationResult result) {
            return new Tally(
                    seeds + 1,
                    acknowledged + result.acknowledged(),
                    crashes + result.crashes(),
                    tenures + result.tenures());
        }
    }

    private static Tally runAll(LongPredicate ofKind) {
        Tally tally = new Tally(0, 0, 0, 0);
        for (long seed = 1; seed <= SEEDS; seed++) {
            if (ofKind.test(seed)) {
                SimulationResult result = Simulation.run(seed);
                assertThat(result.violation()).as(() -> story(result)).isNull();
                tally = tally.plus(result);
            }
        }
        return tally;
    }

    /** About half of what seeds come to on average. */
    private static void requireEventful(Tally tally) {
        assertThat(tally.acknowledged())
                .as("a run that wrote next to nothing proves nothing: %s", tally)
                .isGreaterThan(40 * tally.seeds());
        assertThat(tally.crashes()).as("crashes: %s", tally).isGreaterThan(2 * tally.seeds());
        assertThat(tally.tenures()).as("changes of the primary: %s", tally).isGreaterThan(2 * tally.seeds());
    }

    @Test
    void aSeedGivesTheSameTraceTwice() {
        for (long seed = 1; seed <= SEEDS_RUN_TWICE; seed++) {
            SimulationResult one = Simulation.run(seed);
            SimulationResult other = Simulation.run(seed);
            assertThat(other.traceHash()).as("seed " + seed).isEqualTo(one.traceHash());
            assertThat(other.steps()).as("seed " + seed).isEqualTo(one.steps());
        }
    }

    @Test
    void differentSeedsGiveDifferentTraces() {
        assertThat(LongStream.rangeClosed(1, 5)
                        .map(seed -> Simulation.run(seed).traceHash())
                        .distinct()
                        .count())
                .isEqualTo(5);
    }

    @ParameterizedTest
    @EnumSource
    void aDeliberateBugIsFound(Defect defect) {
        Predicate<SimulationResult> found = result -> !result.isClean();
        SimulationResult first = LongStream.rangeClosed(1, SEEDS_FOR_A_DEFECT)
                .filter(seed -> !defect.isOfBeats() || Simulation.leadsByMajority(seed))
                .mapToObj(seed -> Simulation.run(seed, EnumSet.of(defect)))
                .filter(found)
                .findFirst()
                .orElse(null);
        assertThat(first)
                .as(defect + " went unnoticed in " + SEEDS_FOR_A_DEFECT + " seeds")
                .isNotNull();
        SimulationResult again = Simulation.run(first.seed(), EnumSet.of(defect));
        assertThat(again.violation()).as("replayed").isEqualTo(first.violation());
    }

    private static String story(SimulationResult result) {
        return String.join("\n", result.lastEvents()) + "\nreplay: ./replsqlite simulate --seed " + result.seed();
    }
}
