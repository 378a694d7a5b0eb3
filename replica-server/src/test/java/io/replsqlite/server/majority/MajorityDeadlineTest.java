package io.replsqlite.server.majority;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.ClockReading;
import io.replsqlite.server.ManualClock;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Voters with a patience of one second, hence an authority of 800 ms. */
class MajorityDeadlineTest {
    private final ManualClock clock = new ManualClock();

    private MajorityDeadline of(String self, String... voters) {
        return new MajorityDeadline(
                new MajorityTerms(self, Set.of(voters), Duration.ofSeconds(1)), ClockReading.now(clock), clock);
    }

    private void pass(long millis) {
        clock.advance(Duration.ofMillis(millis));
    }

    @Test
    void itRunsFromTheBeginningOfTheTenureWhileNobodyAnswers() {
        MajorityDeadline deadline = of("a", "a", "b", "c");
        pass(799);
        assertThat(deadline.hasPassed()).isFalse();
        pass(1);
        assertThat(deadline.hasPassed()).isTrue();
    }

    @Test
    void ofThreeVotersOneOtherIsEnoughAndTheSendingCountsNotTheAnswer() {
        MajorityDeadline deadline = of("a", "a", "b", "c");
        pass(500);
        ClockReading sent = ClockReading.now(clock);
        pass(700);
        assertThat(deadline.hasPassed()).as("before the answer").isTrue();
        deadline.answered("b", sent);
        assertThat(deadline.hasPassed()).as("500 + 800 > 1200").isFalse();
        pass(100);
        assertThat(deadline.hasPassed()).isTrue();
    }

    @Test
    void ofFiveVotersTheSecondNewestAnswerDecides() {
        MajorityDeadline deadline = of("a", "a", "b", "c", "d", "e");
        pass(300);
        deadline.answered("b", ClockReading.now(clock));
        pass(300);
        deadline.answered("c", ClockReading.now(clock));
        assertThat(deadline.atNanos() - clock.nanoTime())
                .isEqualTo(Duration.ofMillis(500).toNanos());
    }

    @Test
    void aNodeThatDoesNotVoteNeedsAMajorityOfOthers() {
        MajorityDeadline deadline = of("x", "a", "b", "c");
        pass(500);
        deadline.answered("a", ClockReading.now(clock));
        pass(300);
        assertThat(deadline.hasPassed()).as("one of three").isTrue();
        deadline.answered("b", ClockReading.now(clock));
        assertThat(deadline.hasPassed()).isFalse();
    }

    @Test
    void anAnswerThatWasLateAndANodeThatDoesNotVoteChangeNothing() {
        MajorityDeadline deadline = of("a", "a", "b", "c");
        ClockReading early = ClockReading.now(clock);
        pass(400);
        deadline.answered("b", ClockReading.now(clock));
        deadline.answered("b", early);
        deadline.answered("z", ClockReading.now(clock));
        assertThat(deadline.atNanos() - clock.nanoTime())
                .isEqualTo(Duration.ofMillis(800).toNanos());
    }

    @Test
    void aLoneVoterNeedsNobodyUntilItIsRevoked() {
        MajorityDeadline deadline = of("a", "a");
        pass(1_000_000);
        assertThat(deadline.hasPassed()).isFalse();
        deadline.revoke();
        assertThat(deadline.hasPassed()).isTrue();
    }
}
