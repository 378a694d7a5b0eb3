package io.replsqlite.lease.curator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.replsqlite.base.ClockReading;
import io.replsqlite.base.MonotonicClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RenewedDeadlineTest {
    private static final long SECOND = 1_000_000_000L;

    private static final class TwoClocks implements MonotonicClock {
        private long nanos = 5 * SECOND;
        private long millis = 1_000_000;

        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        public long wallMillis() {
            return millis;
        }

        void pass(long seconds) {
            nanos += seconds * SECOND;
            suspend(seconds);
        }

        /** The monotonic clock stands still. */
        void suspend(long seconds) {
            millis += seconds * 1_000;
        }
    }

    private final TwoClocks clock = new TwoClocks();
    private final RenewedDeadline deadline =
            new RenewedDeadline(ClockReading.now(clock), Duration.ofSeconds(20), clock);

    @Test
    void itLiesAMarginBeforeTheEndOfTheSession() {
        clock.pass(17);
        assertThat(deadline.hasPassed()).isFalse();
        clock.pass(1);
        assertThat(deadline.hasPassed()).isTrue();
    }

    @Test
    void aSuspendedMachineLosesTheTimeItSlept() {
        clock.pass(2);
        clock.suspend(16);
        assertThat(deadline.hasPassed()).isTrue();
    }

    @Test
    void aWallClockThatIsSetBackChangesNothing() {
        clock.suspend(-3600);
        clock.pass(17);
        assertThat(deadline.hasPassed()).isFalse();
    }

    @Test
    void aRenewalCountsFromTheTimeItWasSent() {
        ClockReading sent = ClockReading.now(clock);
        clock.pass(10);
        deadline.renewed(sent);
        clock.pass(8);
        assertThat(deadline.hasPassed()).isTrue();
    }

    @Test
    void nothingProlongsATenureThatIsOver() {
        deadline.revoke();
        deadline.renewed(ClockReading.now(clock));
        assertThat(deadline.hasPassed()).isTrue();
    }

    @Test
    void aConnectStringNeedsPortsAndAPath() {
        assertThat(ConnectString.parse("a:2181,b:2181/replsqlite/app"))
                .isEqualTo(new ConnectString("a:2181,b:2181", "/replsqlite/app"));
        for (String wrong : new String[] {"a:2181", "a/x", "a:2181/", "a:2181/x/", "/x", "a:2181/../x"}) {
            assertThatThrownBy(() -> ConnectString.parse(wrong)).isInstanceOf(IllegalArgumentException.class);
        }
    }
}
