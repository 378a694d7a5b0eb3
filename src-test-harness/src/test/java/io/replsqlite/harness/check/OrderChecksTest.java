package io.replsqlite.harness.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.harness.history.Level;
import io.replsqlite.harness.history.Outcome;
import io.replsqlite.harness.history.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The checks of what a reader may see after what: sessions, staleness, positions. */
class OrderChecksTest {
    private static Step heads(long... clientsAndIds) {
        return Step.read(
                Heads.KEY, java.util.Arrays.stream(clientsAndIds).boxed().toList());
    }

    private static Verdict sessions(Told told) {
        return SessionCheck.check(told.history(), 1);
    }

    @Test
    void aSessionThatSeesItsWritesOnAnotherNodeIsFine() {
        Told told = new Told()
                .by(1)
                .ok(Level.WRITE, 0, 1, Step.insert(Heads.client(1), 5))
                .at(2)
                .ok(Level.SESSION, 2, 3, heads(1, 5))
                .by(2)
                .ok(Level.SESSION, 4, 5, heads());
        assertThat(sessions(told).passed()).isTrue();
    }

    @Test
    void aSessionThatDoesNotSeeItsOwnWriteIsFound() {
        Told told = new Told()
                .by(1)
                .ok(Level.WRITE, 0, 1, Step.insert(Heads.client(1), 5))
                .at(2)
                .ok(Level.SESSION, 2, 3, heads(1, 4));
        assertThat(sessions(told).violations()).singleElement().asString().contains("does not see row 5 of client1");
    }

    @Test
    void aSessionThatGoesBackwardsIsFound() {
        Told told = new Told().by(1).ok(Level.SESSION, 0, 1, heads(2, 9)).at(3).ok(Level.SESSION, 2, 3, heads(2, 8));
        assertThat(sessions(told).passed()).isFalse();
    }

    @Test
    void aSessionThatWasToldOfALossBeginsAnew() {
        Told told = new Told()
                .by(1)
                .ok(Level.WRITE, 0, 1, Step.insert(Heads.client(1), 5))
                .newSession()
                .ok(Level.SESSION, 2, 3, heads(2, 1))
                .ok(Level.SESSION, 4, 5, heads(2, 1));
        assertThat(sessions(told).passed()).as(sessions(told).text()).isTrue();
    }

    @Test
    void aBoundedReadMayBeOldButNotOlderThanItsBound() {
        Told written = new Told().by(1).ok(Level.WRITE, 0, 10, Step.insert(Heads.client(1), 5));
        assertThat(StalenessCheck.check(
                                written.by(2)
                                        .ok(Level.BOUNDED, 100, 101, heads())
                                        .history(),
                                95,
                                0)
                        .passed())
                .isTrue();
        Verdict verdict = StalenessCheck.check(written.history(), 50, 1);
        assertThat(verdict.violations()).singleElement().asString().contains("does not see row 5");
    }

    @Test
    void aLinearizableReadSeesWhatWasAcknowledgedAMomentBefore() {
        Told told = new Told()
                .by(1)
                .ok(Level.WRITE, 0, 10, Step.insert(Heads.client(1), 5))
                .by(2)
                .ok(Level.LINEARIZABLE, 9, 12, heads());
        assertThat(StalenessCheck.check(told.history(), 1_000, 0).passed()).isTrue();
        told.ok(Level.LINEARIZABLE, 11, 12, heads());
        assertThat(StalenessCheck.check(told.history(), 1_000, 1).passed()).isFalse();
    }

    @Test
    void writesInOneEpochAfterTheOtherAreOneHistory() {
        Told told = new Told()
                .position(1, 10)
                .write(Outcome.OK, Step.insert("c", 1))
                .position(1, 11)
                .write(Outcome.OK, Step.insert("c", 2))
                .position(2, 13)
                .write(Outcome.OK, Step.insert("c", 3));
        assertThat(PositionCheck.check(told.history(), false, 2).passed()).isTrue();
    }

    @Test
    void anOldPrimaryThatStillAcknowledgesIsFound() {
        Told told = new Told()
                .position(2, 10)
                .write(Outcome.OK, Step.insert("c", 1))
                .position(1, 11)
                .write(Outcome.OK, Step.insert("c", 2));
        assertThat(PositionCheck.check(told.history(), true, 1).violations())
                .singleElement()
                .asString()
                .contains("acknowledged below");
    }

    @Test
    void aTxidThatIsGivenAgainIsFoundUnlessLossIsAllowed() {
        Told told = new Told()
                .position(1, 10)
                .add(Level.WRITE, Outcome.OK, 0, 10, Step.insert("c", 1))
                .position(2, 10)
                .add(Level.WRITE, Outcome.OK, 5, 20, Step.insert("c", 2));
        assertThat(PositionCheck.check(told.history(), false, 1).violations())
                .singleElement()
                .asString()
                .contains("one txid in two epochs");
        assertThat(PositionCheck.check(told.history(), true, 0).passed()).isTrue();
    }

    @Test
    void aTxidThatGoesBackWithinAnEpochIsFoundInAnyCase() {
        Told told = new Told()
                .position(1, 10)
                .write(Outcome.OK, Step.insert("c", 1))
                .position(1, 10)
                .write(Outcome.OK, Step.insert("c", 2));
        assertThat(PositionCheck.check(told.history(), true, 1).passed()).isFalse();
    }

    @Test
    void anEpochWithTwoHoldersIsFound() {
        TenureCheck.Tenure one = new TenureCheck.Tenure("node1", 4, "node1");
        TenureCheck.Tenure same = new TenureCheck.Tenure("node2", 4, "node1");
        TenureCheck.Tenure later = new TenureCheck.Tenure("node2", 5, "node2");
        assertThat(TenureCheck.check(List.of(one, same, later), 3).passed()).isTrue();
        TenureCheck.Tenure other = new TenureCheck.Tenure("node3", 4, "node3");
        assertThat(TenureCheck.check(List.of(one, same, other), 1).violations())
                .containsExactly("epoch 4 was node3's, says node3, and node1's, says node1");
    }

    @Test
    void whatChangesNothingHasNoPositionOfItsOwn() {
        Told told = new Told()
                .position(1, 10)
                .write(Outcome.OK, Step.insert("c", 1))
                .write(Outcome.OK, Step.compareAndSet("r", 1, 2, false))
                .write(Outcome.OK, Step.read("list1", List.of()));
        assertThat(PositionCheck.check(told.history(), false, 0).passed()).isTrue();
    }
}
