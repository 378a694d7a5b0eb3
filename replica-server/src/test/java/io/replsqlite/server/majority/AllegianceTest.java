package io.replsqlite.server.majority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.Epoch;
import io.replsqlite.server.ManualClock;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A voter with a patience of one second. */
class AllegianceTest {
    private static final long PATIENCE_SECONDS = 30;
    private static final Set<String> VOTERS = Set.of("a", "b", "c");

    private final ManualClock clock = new ManualClock();
    private final KeptPromises promises = new KeptPromises();

    private Allegiance of(String self) {
        return new Allegiance(new MajorityTerms(self, VOTERS, Duration.ofSeconds(1)), promises, clock);
    }

    private void pass(long millis) {
        clock.advance(Duration.ofMillis(millis));
    }

    @Test
    void aVoterThatNeverPromisedAnythingIsFreeAtOnce() throws Exception {
        Allegiance voter = of("b");
        assertThat(voter.wouldPromise(new Epoch(1), "a")).isTrue();
        voter.promise(new Epoch(1), "a");
        assertThat(promises.highest()).isEqualTo(new Epoch(1));
    }

    @Test
    void aVoterThatStartsAgainHasForgottenWhatItHeardAndWaits() {
        promises.set(4, "a");
        Allegiance voter = of("b");
        assertThat(voter.wouldPromise(new Epoch(5), "c")).isFalse();
        pass(999);
        assertThatThrownBy(() -> voter.promise(new Epoch(5), "c")).isInstanceOf(BoundException.class);
        assertThat(promises.highest()).isEqualTo(new Epoch(4));
        pass(1);
        assertThat(voter.wouldPromise(new Epoch(5), "c")).isTrue();
    }

    /** The disk may not answer: signs of life are answered meanwhile, and do not count. */
    @Test
    void whileAPromiseIsWrittenNoSignOfLifeCountsAndNoneWaits() throws Exception {
        CountDownLatch writing = new CountDownLatch(1);
        CountDownLatch written = new CountDownLatch(1);
        Allegiance voter = of("b");
        voter.promise(new Epoch(1), "a");
        pass(1000);
        promises.beforeWriting = () -> {
            writing.countDown();
            await(written);
        };
        CompletableFuture<Void> promise = CompletableFuture.runAsync(() -> promise(voter, 2, "c"));
        await(writing);
        assertThat(voter.heard(new Epoch(1), "a")).isFalse();
        assertThat(voter.isBoundAgainst("c")).isFalse();
        written.countDown();
        promise.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(voter.heard(new Epoch(1), "a")).isFalse();
        assertThat(voter.heard(new Epoch(2), "c")).isTrue();
    }

    @Test
    void anEpochThatEndsWhileItsPromiseIsWrittenBindsNobody() throws Exception {
        Allegiance voter = of("b");
        promises.beforeWriting = () -> voter.released(new Epoch(1), "a");
        voter.promise(new Epoch(1), "a");
        assertThat(voter.isBoundAgainst("c")).isFalse();
    }

    private static void promise(Allegiance voter, long epoch, String candidate) {
        try {
            voter.promise(new Epoch(epoch), candidate);
        } catch (IOException | InterruptedException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    @Test
    void eachSignOfLifeBindsItForAnotherSecond() throws Exception {
        Allegiance voter = of("b");
        voter.promise(new Epoch(1), "a");
        pass(900);
        assertThat(voter.heard(new Epoch(1), "a")).isTrue();
        pass(900);
        assertThat(voter.isBoundAgainst("c")).isTrue();
        assertThat(voter.follows()).isEqualTo("a");
        pass(100);
        assertThat(voter.isBoundAgainst("c")).isFalse();
    }

    @Test
    void whomItFollowsMayBeginALaterEpochAtAnyTime() throws Exception {
        Allegiance voter = of("b");
        voter.promise(new Epoch(1), "a");
        assertThat(voter.wouldPromise(new Epoch(2), "a")).isTrue();
        voter.promise(new Epoch(2), "a");
        assertThat(voter.heard(new Epoch(1), "a")).as("of the earlier epoch").isFalse();
    }

    @Test
    void aSignOfLifeOfAnotherNodeOrEpochThanPromisedCountsForNothing() throws Exception {
        Allegiance voter = of("b");
        voter.promise(new Epoch(3), "a");
        pass(900);
        assertThat(voter.heard(new Epoch(3), "c")).isFalse();
        assertThat(voter.heard(new Epoch(2), "a")).isFalse();
        assertThat(voter.heard(new Epoch(4), "a")).isFalse();
        pass(100);
        assertThat(voter.isBoundAgainst("c")).isFalse();
    }

    @Test
    void aPrimaryThatHasAcknowledgedItsLastWriteFreesIt() throws Exception {
        Allegiance voter = of("b");
        voter.promise(new Epoch(1), "a");
        voter.released(new Epoch(1), "c");
        assertThat(voter.isBoundAgainst("c")).as("not its word").isTrue();
        voter.released(new Epoch(1), "a");
        voter.promise(new Epoch(2), "c");
        assertThat(voter.isBoundAgainst("a")).isTrue();
    }

    @Test
    void aNodeThatDoesNotVoteIsNeverBound() throws Exception {
        Allegiance other = of("d");
        other.promise(new Epoch(1), "a");
        assertThat(other.wouldPromise(new Epoch(2), "c")).isTrue();
    }
}
