package io.replsqlite.server.majority;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Epoch;
import io.replsqlite.lease.Candidate;
import io.replsqlite.lease.Lease;
import io.replsqlite.lease.LeaseDeadline;
import io.replsqlite.lease.LeaseListener;
import io.replsqlite.lease.LeaseProvider;
import io.replsqlite.lease.Member;
import io.replsqlite.server.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class LeaseBelowTest {
    private final RecordingProvider provider = new RecordingProvider();
    private final LeaseBelow below = new LeaseBelow(provider, new OwnThread("lease-below"), new ManualClock());

    private static Lease lease(long epoch) {
        return new Lease(new Epoch(epoch), LeaseDeadline.UNTIL_LOST);
    }

    @Test
    void aGrantIsGivenUpOnceHoweverOftenItIsLeft() {
        below.leaveTo("b", Duration.ZERO);
        below.granted(lease(1));
        below.leaveTo("b", Duration.ZERO);
        below.leaveTo("c", Duration.ZERO);
        provider.go.countDown();
        below.close();
        assertThat(provider.resigned).containsExactly("b");
        assertThat(below.isHeld()).isFalse();
    }

    @Test
    void aGrantThatComesWhileAnEarlierOneIsBeingLeftIsKept() {
        below.granted(lease(1));
        below.leaveTo("b", Duration.ZERO);
        below.granted(lease(2));
        below.leaveTo("c", Duration.ZERO);
        below.granted(lease(3));
        provider.go.countDown();
        below.close();
        assertThat(below.isHeld()).isTrue();
        assertThat(below.epoch()).isEqualTo(new Epoch(3));
        assertThat(provider.resigned).as("the one that was under way at most").isSubsetOf("b");
    }

    /** Its resign waits until the test lets it go. */
    private static final class RecordingProvider implements LeaseProvider {
        private final CountDownLatch go = new CountDownLatch(1);
        private final LinkedBlockingQueue<String> resigned = new LinkedBlockingQueue<>();

        @Override
        public void resign(String successor, Duration pause) {
            try {
                go.await();
                resigned.add(successor);
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void start(Candidate self, LeaseListener listener) {}

        @Override
        public List<Member> members() {
            return List.of();
        }

        @Override
        public void confirm() {}

        @Override
        public String describe() {
            return "a test";
        }

        @Override
        public void close() {}
    }
}
