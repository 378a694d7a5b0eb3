package io.replsqlite.harness.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.harness.history.Outcome;
import io.replsqlite.harness.history.Step;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ListAppendCheckTest {
    private static Step append(String key, long value) {
        return Step.append("list" + key, value);
    }

    private static Step read(String key, Long... values) {
        return Step.read("list" + key, List.of(values));
    }

    private static Verdict check(Told told, ReplicaState... replicas) {
        return ListAppendCheck.check(told.history(), List.of(replicas), 1);
    }

    private static String only(Verdict verdict) {
        assertThat(verdict.violations()).as(verdict.text()).hasSize(1);
        return verdict.violations().get(0);
    }

    @Test
    void transactionsInARowAreSerializable() {
        Told told = new Told()
                .write(Outcome.OK, append("x", 1), append("y", 1))
                .write(Outcome.OK, read("x", 1L), append("x", 2), read("x", 1L, 2L))
                .write(Outcome.UNKNOWN, append("x", 3))
                .write(Outcome.FAIL, append("x", 4))
                .write(Outcome.OK, read("x", 1L, 2L), read("y", 1L));
        Verdict verdict = check(told, Told.lists("a", Map.of("listx", List.of(1L, 2L, 3L), "listy", List.of(1L))));
        assertThat(verdict.passed()).as(verdict.text()).isTrue();
    }

    @Test
    void writeSkewIsG2() {
        Told told = new Told()
                .write(Outcome.OK, read("x"), append("y", 1))
                .write(Outcome.OK, read("y"), append("x", 1))
                .write(Outcome.OK, read("x", 1L), read("y", 1L));
        assertThat(only(check(told))).startsWith("G2");
    }

    @Test
    void aLostUpdateIsGSingle() {
        Told told = new Told()
                .write(Outcome.OK, read("x"), append("x", 1))
                .write(Outcome.OK, read("x"), append("x", 2))
                .write(Outcome.OK, read("x", 1L, 2L));
        assertThat(only(check(told))).startsWith("G-single");
    }

    @Test
    void aFracturedReadIsGSingle() {
        Told told = new Told()
                .write(Outcome.OK, append("x", 1), append("y", 1))
                .write(Outcome.OK, read("x", 1L), read("y"))
                .write(Outcome.OK, read("y", 1L));
        assertThat(only(check(told))).startsWith("G-single");
    }

    @Test
    void twoThatReadEachOtherAreG1c() {
        Told told = new Told()
                .write(Outcome.OK, append("x", 1), read("y", 1L))
                .write(Outcome.OK, append("y", 1), read("x", 1L));
        assertThat(only(check(told))).startsWith("G1c");
    }

    @Test
    void twoThatOverwriteEachOtherAreG0() {
        Told told = new Told()
                .write(Outcome.OK, append("x", 1), append("y", 1))
                .write(Outcome.OK, append("x", 2), append("y", 2))
                .write(Outcome.OK, read("x", 1L, 2L), read("y", 2L, 1L));
        assertThat(only(check(told))).startsWith("G0");
    }

    @Test
    void aReadOfWhatWasRolledBackIsG1a() {
        Told told = new Told().write(Outcome.FAIL, append("x", 1)).write(Outcome.OK, read("x", 1L));
        assertThat(only(check(told))).startsWith("G1a");
    }

    @Test
    void aReadInTheMiddleOfATransactionIsG1b() {
        Told told = new Told().write(Outcome.OK, append("x", 1), append("x", 2)).write(Outcome.OK, read("x", 1L));
        assertThat(check(told).violations()).anyMatch(text -> text.startsWith("G1b"));
    }

    @Test
    void twoOrdersOfOneListAreFound() {
        Told told = new Told()
                .write(Outcome.OK, append("x", 1))
                .write(Outcome.OK, append("x", 2))
                .write(Outcome.OK, read("x", 1L, 2L))
                .write(Outcome.OK, read("x", 2L));
        assertThat(check(told).violations()).anyMatch(text -> text.startsWith("incompatible orders"));
    }

    @Test
    void aTransactionThatDoesNotSeeItsOwnAppendIsFound() {
        Told told = new Told().write(Outcome.OK, append("x", 1), read("x"));
        assertThat(check(told).violations()).anyMatch(text -> text.contains("does not see its own appends"));
    }

    @Test
    void anElementThatNobodyAppendedIsFound() {
        Told told = new Told().write(Outcome.OK, append("x", 1)).write(Outcome.OK, read("x", 1L, 5L));
        assertThat(check(told).violations()).anyMatch(text -> text.contains("appended by nobody"));
    }

    @Test
    void anAcknowledgedAppendThatAReplicaLacksIsFound() {
        Told told = new Told().write(Outcome.OK, append("x", 1)).write(Outcome.OK, append("x", 2));
        assertThat(check(told, Told.lists("a", Map.of("listx", List.of(1L)))).violations())
                .anyMatch(text -> text.contains("lost append of 2"));
    }

    @Test
    void aRefusedAppendThatAReplicaHasIsFound() {
        Told told = new Told().write(Outcome.OK, append("x", 1)).write(Outcome.FAIL, append("x", 2));
        assertThat(check(told, Told.lists("a", Map.of("listx", List.of(1L, 2L))))
                        .violations())
                .anyMatch(text -> text.contains("refused append of 2"));
    }
}
