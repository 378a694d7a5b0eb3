package io.replsqlite.server.quorum;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Durability;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import io.replsqlite.server.config.DurabilitySettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommitmentTest {
    private static final Epoch EPOCH = new Epoch(7);
    private static final Epoch BEFORE = new Epoch(6);

    private final List<Long> announced = new ArrayList<>();
    private final List<String> told = new ArrayList<>();

    private Commitment commitment(Durability atLeast, String... voters) {
        return commitment(atLeast, Duration.ofMinutes(1), voters);
    }

    private Commitment commitment(Durability atLeast, Duration timeout, String... voters) {
        return new Commitment(
                EPOCH,
                "a",
                new DurabilitySettings(atLeast, List.of(voters), timeout),
                MonotonicClock.SYSTEM,
                position -> announced.add(position.txid().value()));
    }

    private static Position at(long txid) {
        return new Position(EPOCH, new Txid(txid), StateChecksum.EMPTY);
    }

    private CommitWaiter waiter(String name) {
        return new CommitWaiter() {
            @Override
            public void committed() {
                told.add(name + " committed");
            }

            @Override
            public void late() {
                told.add(name + " late");
            }

            @Override
            public void ended(String why) {
                told.add(name + " " + why);
            }
        };
    }

    @Test
    void withDurabilityLocalEverySyncIsACommit() {
        Commitment local = commitment(Durability.LOCAL);
        assertThat(local.isOpen()).isFalse();
        local.durableHere(at(3));
        local.durableHere(at(5));
        assertThat(announced).containsExactly(3L, 5L);
        assertThat(local.committedTxid()).isEqualTo(5);
    }

    @Test
    void aQuorumCountsThisNodeAndVotersOfThisEpochOnly() {
        Commitment quorum = commitment(Durability.QUORUM, "a", "b", "c");
        quorum.durableHere(at(3));
        quorum.acknowledged("b", BEFORE, 3); // all the same txids, and yet it may lose against another log
        quorum.acknowledged("stranger", EPOCH, 3);
        assertThat(quorum.isOpen()).isFalse();
        assertThat(announced).isEmpty();
        quorum.acknowledged("b", EPOCH, 3);
        assertThat(announced).containsExactly(3L);
        assertThat(quorum.opened()).isCompletedWithValue(true);
    }

    @Test
    void aVoterThatIsAheadOfThisDiskCommitsNothingThatIsNotHere() {
        Commitment quorum = commitment(Durability.QUORUM, "a", "b", "c");
        quorum.acknowledged("b", EPOCH, 9);
        quorum.acknowledged("c", EPOCH, 9);
        assertThat(quorum.isOpen()).isFalse();
        quorum.durableHere(at(4));
        assertThat(quorum.committedTxid()).isEqualTo(4);
    }

    @Test
    void committedIsAlwaysAPlaceAtWhichTheLogWasSynced() {
        Commitment quorum = commitment(Durability.QUORUM, "a", "b", "c");
        quorum.durableHere(at(3));
        quorum.durableHere(at(8));
        quorum.acknowledged("c", EPOCH, 6);
        assertThat(quorum.committedTxid()).isEqualTo(3);
        quorum.acknowledged("c", EPOCH, 8);
        assertThat(announced).containsExactly(3L, 8L);
    }

    @Test
    void aWriteIsAnsweredWhenWhatItAskedForIsThere() {
        Commitment quorum = commitment(Durability.QUORUM, "a", "b", "c");
        quorum.durableHere(at(3));
        quorum.whenReached(Durability.QUORUM, new Txid(3), waiter("quorum"));
        quorum.whenReached(Durability.ALL, new Txid(3), waiter("all"));
        assertThat(told).isEmpty();
        quorum.acknowledged("b", EPOCH, 3);
        assertThat(told).containsExactly("quorum committed");
        quorum.acknowledged("c", EPOCH, 3);
        assertThat(told).containsExactly("quorum committed", "all committed");
        quorum.whenReached(Durability.QUORUM, new Txid(3), waiter("later"));
        assertThat(told).endsWith("later committed");
    }

    @Test
    void aLocalNodeCanBeAskedForMore() {
        Commitment local = commitment(Durability.LOCAL, "a", "b");
        local.durableHere(at(3));
        assertThat(local.committedTxid()).isEqualTo(3);
        local.whenReached(local.levelFor(Durability.QUORUM), new Txid(3), waiter("quorum"));
        assertThat(told).isEmpty();
        local.acknowledged("b", EPOCH, 3);
        assertThat(told).containsExactly("quorum committed");
        assertThat(local.whyImpossible(Durability.QUORUM)).isNull();
        assertThat(commitment(Durability.LOCAL).whyImpossible(Durability.QUORUM))
                .contains("voters");
    }

    @Test
    void aLateWriteIsToldOnceAndThenWhatBecameOfIt() throws InterruptedException {
        Commitment quorum = commitment(Durability.QUORUM, Duration.ofMillis(1), "a", "b", "c");
        quorum.durableHere(at(3));
        quorum.whenReached(Durability.QUORUM, new Txid(3), waiter("w"));
        Deadline long_ = Deadline.after(Duration.ofSeconds(20), MonotonicClock.SYSTEM);
        while (told.isEmpty() && !long_.hasPassed()) {
            quorum.expire();
        }
        quorum.expire();
        assertThat(told).containsExactly("w late");
        quorum.acknowledged("c", EPOCH, 3);
        assertThat(told).containsExactly("w late", "w committed");
        assertThat(quorum.await(new Txid(3), long_)).isTrue();
    }

    @Test
    void afterItsEndNothingIsCommitted() {
        Commitment quorum = commitment(Durability.QUORUM, "a", "b", "c");
        quorum.durableHere(at(3));
        quorum.whenReached(Durability.QUORUM, new Txid(3), waiter("w"));
        quorum.end("it is over");
        quorum.acknowledged("b", EPOCH, 3);
        quorum.acknowledged("c", EPOCH, 3);
        quorum.whenReached(Durability.QUORUM, new Txid(3), waiter("v"));
        assertThat(told).containsExactly("w it is over", "v it is over");
        assertThat(announced).isEmpty();
        assertThat(quorum.opened()).isCompletedWithValue(false);
    }
}
