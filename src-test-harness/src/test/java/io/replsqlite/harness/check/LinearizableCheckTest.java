package io.replsqlite.harness.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.harness.history.History;
import io.replsqlite.harness.history.Level;
import io.replsqlite.harness.history.Outcome;
import io.replsqlite.harness.history.Step;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LinearizableCheckTest {
    private static Step read(long value) {
        return Step.read("r", List.of(value));
    }

    private static Told told() {
        return new Told();
    }

    private static Told ok(Told told, long from, long until, Step step) {
        return told.ok(Level.LINEARIZABLE, from, until, step);
    }

    private static Verdict check(Told told) {
        return LinearizableCheck.check(told.history(), List.of(), 1);
    }

    @Test
    void oneAfterTheOtherIsFine() {
        Told told = told();
        ok(told, 0, 1, read(0));
        ok(told, 2, 3, Step.write("r", 1));
        ok(told, 4, 5, read(1));
        ok(told, 6, 7, Step.compareAndSet("r", 1, 2, true));
        ok(told, 8, 9, Step.compareAndSet("r", 1, 3, false));
        ok(told, 10, 11, read(2));
        assertThat(check(told).passed()).isTrue();
    }

    @Test
    void aReadOfTheOldValueAfterTheWriteEndedIsFound() {
        Told told = told();
        ok(told, 0, 1, Step.write("r", 1));
        ok(told, 2, 3, read(0));
        assertThat(check(told).violations()).singleElement().asString().contains("no order explains register r");
    }

    @Test
    void whileAWriteRunsBothValuesMayBeReadButNotBackwards() {
        Told told = told();
        ok(told, 0, 100, Step.write("r", 1));
        ok(told, 10, 20, read(0));
        ok(told, 30, 40, read(1));
        assertThat(check(told).passed()).isTrue();
        ok(told, 50, 60, read(0));
        assertThat(check(told).passed()).isFalse();
    }

    @Test
    void twoThatSetTheSameExpectedValueAreFound() {
        Told told = told();
        ok(told, 0, 10, Step.compareAndSet("r", 0, 1, true));
        ok(told, 0, 10, Step.compareAndSet("r", 0, 2, true));
        assertThat(check(told).passed()).isFalse();
    }

    @Test
    void anUnknownWriteMayHappenLateOrNeverButNotTwice() {
        Told told = told();
        told.add(Level.LINEARIZABLE, Outcome.UNKNOWN, 0, 1, Step.write("r", 7));
        ok(told, 2, 3, read(0));
        assertThat(check(told).passed()).isTrue();
        ok(told, 4, 5, Step.write("r", 8));
        ok(told, 6, 7, read(7));
        assertThat(check(told).passed()).isTrue();
        ok(told, 8, 9, Step.write("r", 9));
        ok(told, 10, 11, read(7));
        assertThat(check(told).passed()).isFalse();
    }

    @Test
    void aRefusedWriteThatIsReadIsFound() {
        Told told = told();
        told.add(Level.LINEARIZABLE, Outcome.FAIL, 0, 1, Step.write("r", 7));
        ok(told, 2, 3, read(7));
        assertThat(check(told).passed()).isFalse();
    }

    @Test
    void theLastStateOfAReplicaCountsAsARead() {
        Told told = told();
        ok(told, 0, 1, Step.write("r", 1));
        History history = told.history();
        assertThat(LinearizableCheck.check(history, List.of(Told.registers("a", Map.of("r", 1L))), 1)
                        .passed())
                .isTrue();
        assertThat(LinearizableCheck.check(history, List.of(Told.registers("a", Map.of("r", 2L))), 1)
                        .violations())
                .singleElement()
                .asString()
                .contains("the last state of a");
    }

    @Test
    void aSearchThatCannotFinishSaysSo() {
        Told told = told();
        for (int i = 1; i <= 30; i++) {
            ok(told, 0, 1000, Step.write("r", i));
        }
        ok(told, 2000, 2001, read(99));
        Verdict verdict = LinearizableCheck.check(told.history(), List.of(), 1, 1_000);
        assertThat(verdict.passed()).isFalse();
        assertThat(verdict.text()).contains("given up");
    }

    /** Histories of a real register, with overlapping clients, and each of them with one read falsified. */
    @Test
    void realRegistersPassAndFalsifiedOnesDoNot() {
        long seed = Long.getLong("check.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int run = 0; run < 50; run++) {
            Told good = told();
            Told bad = told();
            long value = 0;
            int falsified = 5 + random.nextInt(50);
            for (int i = 0; i < 60; i++) {
                long at = i * 10L;
                long from = at - random.nextInt(25);
                long until = at + random.nextInt(25);
                boolean isRead = random.nextBoolean() || i == falsified;
                if (!isRead) {
                    value = i + 1;
                }
                Step step = isRead ? read(value) : Step.write("r", value);
                ok(good, from, until, step);
                ok(bad, from, until, i == falsified ? read(1_000) : step);
            }
            assertThat(check(good).passed()).as("seed %d run %d", seed, run).isTrue();
            assertThat(check(bad).passed()).as("seed %d run %d", seed, run).isFalse();
        }
    }
}
