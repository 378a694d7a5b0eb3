package io.replsqlite.harness.simulation.node;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.base.PositionGate;
import io.replsqlite.base.Txid;
import io.replsqlite.server.majority.SerialThread;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** The product's {@link SerialThread} on a thread that takes turns. */
final class SimulatedThread implements SerialThread {
    private static final Duration IDLE = Duration.ofMinutes(1);

    private final MonotonicClock clock;
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    private final PositionGate news = new PositionGate(Txid.ZERO);
    private final Thread thread;
    private @Nullable Repeated repeated;
    private boolean finishing;

    /** What is done again and again. */
    private final class Repeated {
        private final Runnable step;
        private final Duration pause;
        private Deadline next;

        Repeated(Runnable step, Duration pause) {
            this.step = step;
            this.pause = pause;
            this.next = Deadline.after(pause, clock);
        }

        void run() {
            step.run();
            next = Deadline.after(pause, clock);
        }
    }

    /** On a thread of the machine that it shall run on. */
    SimulatedThread(String purpose, MonotonicClock clock) {
        this.clock = clock;
        this.thread = NamedThreads.single(purpose, this::run);
        thread.start();
    }

    @Override
    public void execute(Runnable step) {
        if (finishing) {
            throw new RejectedExecutionException("the thread is stopped");
        }
        queue.add(step);
        tell();
    }

    private void tell() {
        news.advance(news.currentValue() + 1);
    }

    @Override
    public void repeat(Runnable step, Duration pause) {
        repeated = new Repeated(step, pause);
        tell();
    }

    @Override
    public void stop() {
        finishing = true;
        queue.clear();
        tell();
    }

    @Override
    public boolean finish(Duration atMost) throws InterruptedException {
        finishing = true;
        tell();
        return NamedThreads.join(thread, atMost, clock);
    }

    private void run() {
        try {
            while (!finishing || !queue.isEmpty()) {
                long seen = news.currentValue();
                if (!step()) {
                    boolean ignored = news.await(seen + 1, nextLook());
                }
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean step() {
        Repeated again = repeated;
        Runnable next = queue.poll();
        if (next != null) {
            next.run();
            return true;
        }
        if (again != null && again.next.hasPassed()) {
            again.run();
            return true;
        }
        return false;
    }

    private Deadline nextLook() {
        Repeated again = repeated;
        return again == null ? Deadline.after(IDLE, clock) : again.next;
    }
}
