package io.replsqlite.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TickerTest {
    private static final long PATIENCE_SECONDS = 30;

    /** Tells on which thread it is called. */
    private static final class Traced implements Ticker.Tick {
        private final LinkedBlockingQueue<Thread> calls = new LinkedBlockingQueue<>();

        @Override
        public void tick() {
            calls.add(Thread.currentThread());
        }

        Thread awaitCall() throws InterruptedException {
            Thread caller = calls.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(caller).as("called in time").isNotNull();
            return caller;
        }
    }

    @Test
    void callsAgainAndAgainUntilRemoved() throws InterruptedException {
        Ticker ticker = ticker("ticker-until-removed");
        Traced tick = new Traced();
        ticker.add(tick);
        Thread caller = tick.awaitCall();
        assertThat(caller.getName()).isEqualTo("replsqlite-ticker-until-removed");
        assertThat(tick.awaitCall()).isSameAs(caller);
        assertThat(tick.awaitCall()).isSameAs(caller);
        ticker.remove(tick);
        awaitEnd(caller);
    }

    @Test
    void oneThatFailsDoesNotSilenceTheOthers() throws InterruptedException {
        Ticker ticker = ticker("ticker-with-a-failure");
        CountDownLatch failures = new CountDownLatch(2);
        Ticker.Tick broken = () -> {
            failures.countDown();
            throw new IllegalStateException("a tick that fails, on purpose");
        };
        ticker.add(broken);
        assertThat(failures.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        Traced whole = new Traced();
        ticker.add(whole);
        Thread caller = whole.awaitCall();
        assertThat(whole.awaitCall()).isSameAs(caller);
        ticker.remove(broken);
        ticker.remove(whole);
        awaitEnd(caller);
    }

    @Test
    void beginsAgainAfterItsThreadHasEnded() throws InterruptedException {
        Ticker ticker = ticker("ticker-that-begins-again");
        Traced passing = new Traced();
        ticker.add(passing);
        Thread first = passing.awaitCall();
        ticker.remove(passing);
        awaitEnd(first);
        Traced later = new Traced();
        ticker.add(later);
        Thread second = later.awaitCall();
        assertThat(second).isNotSameAs(first);
        ticker.remove(later);
        awaitEnd(second);
    }

    private static Ticker ticker(String threadName) {
        return new Ticker(threadName, Duration.ofMillis(1));
    }

    /** It ends only once nothing is left to call. */
    private static void awaitEnd(Thread caller) throws InterruptedException {
        caller.join(Duration.ofSeconds(PATIENCE_SECONDS).toMillis());
        assertThat(caller.isAlive()).as("nothing is left to call").isFalse();
    }
}
