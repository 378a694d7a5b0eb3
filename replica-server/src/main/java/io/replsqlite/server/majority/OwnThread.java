package io.replsqlite.server.majority;

import io.replsqlite.base.NamedThreads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A {@link SerialThread} of this process. */
public final class OwnThread implements SerialThread {
    private final ScheduledExecutorService thread;

    public OwnThread(String purpose) {
        this.thread = Executors.newSingleThreadScheduledExecutor(NamedThreads.of(purpose));
    }

    @Override
    public void execute(Runnable step) {
        thread.execute(step);
    }

    @Override
    public void repeat(Runnable step, Duration pause) {
        var ignored = thread.scheduleWithFixedDelay(step, pause.toNanos(), pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public void stop() {
        List<Runnable> ignored = thread.shutdownNow();
    }

    @Override
    public boolean finish(Duration atMost) throws InterruptedException {
        thread.shutdown();
        return thread.awaitTermination(atMost.toNanos(), TimeUnit.NANOSECONDS);
    }
}
