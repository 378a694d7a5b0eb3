package io.replsqlite.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TickerTest {
    private static final long PATIENCE_SECONDS = 30;

    private final Ticker ticker = new Ticker("ticker-test", Duration.ofMillis(1));

    @Test
    void callsAgainAndAgainUntilRemoved() throws InterruptedException {
        CountDownLatch calls = new CountDownLatch(3);
        Ticker.Tick tick = calls::countDown;
        ticker.add(tick);
        assertThat(calls.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        ticker.remove(tick);
        thread().orElseThrow().join(Duration.ofSeconds(PATIENCE_SECONDS).toMillis());
        assertThat(thread()).as("nothing is left to call").isEmpty();
    }

    @Test
    void oneThatFailsDoesNotSilenceTheOthers() throws InterruptedException {
        CountDownLatch calls = new CountDownLatch(2);
        Ticker.Tick broken = () -> {
            throw new IllegalStateException("a tick that fails, on purpose");
        };
        ticker.add(broken);
        Ticker.Tick whole = calls::countDown;
        ticker.add(whole);
        assertThat(calls.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        ticker.remove(broken);
        ticker.remove(whole);
    }

    @Test
    void beginsAgainAfterItsThreadHasEnded() throws InterruptedException {
        Ticker.Tick passing = () -> {};
        ticker.add(passing);
        Thread first = thread().orElseThrow();
        ticker.remove(passing);
        first.join(Duration.ofSeconds(PATIENCE_SECONDS).toMillis());
        assertThat(first.isAlive()).isFalse();
        CountDownLatch called = new CountDownLatch(1);
        ticker.add(called::countDown);
        assertThat(called.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(thread()).isPresent();
    }

    private static Optional<Thread> thread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("replsqlite-ticker-test"))
                .findAny();
    }
}
