package io.replsqlite.harness.check;

import static io.replsqlite.harness.check.Told.replica;
import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.harness.history.History;
import io.replsqlite.harness.history.Level;
import io.replsqlite.harness.history.Outcome;
import io.replsqlite.harness.history.Step;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The checks that compare what clients were told with the rows of the replicas. */
class RowChecksTest {
    private static final String CLIENT = Heads.client(1);

    private static final History WRITES = new Told()
            .write(Outcome.OK, Step.insert(CLIENT, 1))
            .write(Outcome.FAIL, Step.insert(CLIENT, 2))
            .write(Outcome.UNKNOWN, Step.insert(CLIENT, 3))
            .write(Outcome.OK, Step.insert(CLIENT, 4), Step.insert(CLIENT, 5))
            .history();

    private static Verdict ledger(ReplicaState... replicas) {
        return LedgerCheck.check(WRITES, List.of(replicas), Set.of(), 1);
    }

    @Test
    void whatWasAcknowledgedIsThereAndTheUnknownMayBe() {
        assertThat(ledger(replica("a", 1L, 4L, 5L), replica("b", 1L, 4L, 5L)).passed())
                .isTrue();
        assertThat(ledger(replica("a", 1L, 3L, 4L, 5L)).passed()).isTrue();
    }

    @Test
    void anAcknowledgedRowThatOneReplicaLacksIsFound() {
        Verdict verdict = ledger(replica("a", 1L, 4L, 5L), replica("b", 4L, 5L));
        assertThat(verdict.passed()).isFalse();
        assertThat(verdict.violations()).singleElement().asString().contains("row 1", "is not on b");
    }

    @Test
    void aRefusedRowThatIsThereIsFound() {
        Verdict verdict = ledger(replica("a", 1L, 2L, 4L, 5L));
        assertThat(verdict.violations()).singleElement().asString().contains("row 2 was refused and is on a");
    }

    @Test
    void aRowThatNobodyWroteIsFound() {
        assertThat(ledger(replica("a", 1L, 4L, 5L, 6L)).violations())
                .singleElement()
                .asString()
                .contains("row 6, which nobody wrote");
    }

    @Test
    void halfOfATransactionIsFound() {
        Verdict verdict = LedgerCheck.check(
                new Told()
                        .write(Outcome.UNKNOWN, Step.insert(CLIENT, 4), Step.insert(CLIENT, 5))
                        .history(),
                List.of(replica("a", 4L)),
                Set.of(),
                1);
        assertThat(verdict.violations()).singleElement().asString().contains("1 of the 2 rows");
    }

    @Test
    void aLossThatWasToldIsNoViolation() {
        Verdict verdict = LedgerCheck.check(WRITES, List.of(replica("a", 4L, 5L)), Set.of(1L), 1);
        assertThat(verdict.passed()).as(verdict.text()).isTrue();
    }

    private static History shown(long id) {
        return new Told()
                .write(Outcome.OK, Step.insert(CLIENT, 1))
                .write(Outcome.UNKNOWN, Step.insert(CLIENT, 3))
                .ok(Level.BOUNDED, 20, 21, Step.read(Heads.KEY, List.of(1L, id)))
                .history();
    }

    @Test
    void aRowThatWasShownAndIsThereIsNoViolationWhateverItsWriterWasTold() {
        assertThat(SeenCheck.check(shown(3), List.of(replica("a", 1L, 3L), replica("b", 1L, 3L)), Set.of(), 1)
                        .passed())
                .isTrue();
        assertThat(SeenCheck.check(shown(99), List.of(replica("a", 1L)), Set.of(), 0)
                        .passed())
                .as("a row of an earlier history")
                .isTrue();
    }

    @Test
    void aRowThatWasShownAndIsGoneIsFoundUnlessItsLossIsAllowedAndTold() {
        Verdict verdict = SeenCheck.check(shown(3), List.of(replica("a", 1L, 3L), replica("b", 1L)), Set.of(), 1);
        assertThat(verdict.violations()).singleElement().asString().contains("was shown row 3 of client1");
        assertThat(SeenCheck.check(shown(3), List.of(replica("a", 1L)), Set.of(3L), 1)
                        .passed())
                .isTrue();
    }

    @Test
    void aCheckThatSawTooLittleFails() {
        Verdict verdict = LedgerCheck.check(new History(List.of()), List.of(replica("a")), Set.of(), 1);
        assertThat(verdict.passed()).isFalse();
        assertThat(verdict.text()).contains("needs 1");
    }

    @Test
    void aRowThatIsThereTwiceIsFound() {
        assertThat(OnceCheck.check(WRITES, List.of(replica("a", 1L, 4L, 5L)), 1).passed())
                .isTrue();
        assertThat(OnceCheck.check(WRITES, List.of(replica("a", 1L, 4L, 5L, 4L)), 1)
                        .violations())
                .containsExactly("4 is twice in the ledger of a");
        assertThat(OnceCheck.check(
                                new Told()
                                        .write(Outcome.OK, Step.append("list1", 7))
                                        .history(),
                                List.of(Told.lists("a", Map.of("list1", List.of(7L, 7L)))),
                                1)
                        .violations())
                .containsExactly("7 is twice in list list1 of a");
    }

    @Test
    void moneyThatIsMadeOrLostIsFound() {
        History reads = new Told()
                .write(Outcome.OK, Step.read(BankCheck.KEY, List.of(60L, 40L)))
                .history();
        ReplicaState good = Told.balances("a", Map.of(1L, 50L, 2L, 50L));
        assertThat(BankCheck.check(reads, List.of(good), 100, 2).passed()).isTrue();
        assertThat(BankCheck.check(reads, List.of(Told.balances("a", Map.of(1L, 50L))), 100, 2)
                        .passed())
                .isFalse();
        History skewed = new Told()
                .write(Outcome.OK, Step.read(BankCheck.KEY, List.of(60L, 50L)))
                .history();
        assertThat(BankCheck.check(skewed, List.of(good), 100, 2).violations())
                .singleElement()
                .asString()
                .contains("110");
        History overdrawn = new Told()
                .write(Outcome.OK, Step.read(BankCheck.KEY, List.of(110L, -10L)))
                .history();
        assertThat(BankCheck.check(overdrawn, List.of(good), 100, 2).passed()).isFalse();
    }

    @Test
    void replicasThatDifferOrAreNotWholeAreFound() {
        assertThat(ReplicaCheck.check(List.of(replica("a", 1L), replica("b", 1L)), List.of(), 2)
                        .passed())
                .isTrue();
        assertThat(ReplicaCheck.check(List.of(replica("a", 1L), replica("b", 2L)), List.of(), 2)
                        .violations())
                .containsExactly("the ledgers differ: a and b");
        assertThat(ReplicaCheck.check(List.of(replica("a"), replica("b")), List.of("pages differ"), 2)
                        .passed())
                .isFalse();
        ReplicaState broken =
                new ReplicaState("b", List.of(), Map.of(), Map.of(), Map.of(), List.of("integrity_check: no"));
        assertThat(ReplicaCheck.check(List.of(replica("a"), broken), List.of(), 2)
                        .passed())
                .isFalse();
        assertThat(ReplicaCheck.check(List.of(replica("a")), List.of(), 2).passed())
                .isFalse();
    }
}
