package io.replsqlite.harness.bench;

import io.replsqlite.base.NamedThreads;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Several threads that write as fast as they are answered, for a fixed time.
 *
 * @param perSecond what all of them did together
 * @param waits each write from call to answer
 */
record Crowd(double perSecond, Samples waits) {
    /** One thread's way to write a row. */
    interface Writer extends AutoCloseable {
        void write(int value) throws Exception;

        @Override
        default void close() throws SQLException {}
    }

    /** Makes each thread's writer. */
    interface Opening {
        Writer open() throws Exception;
    }

    static Crowd run(int threads, double seconds, Opening opening) throws InterruptedException, ExecutionException {
        ExecutorService pool = Executors.newFixedThreadPool(threads, NamedThreads.of("bench-writer"));
        try {
            long start = System.nanoTime();
            long end = start + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
            List<Future<Samples>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(pool.submit(() -> writeUntil(end, opening)));
            }
            Samples all = new Samples();
            for (Future<Samples> one : running) {
                all.addAll(one.get());
            }
            double elapsed = (System.nanoTime() - start) / 1e9;
            return new Crowd(all.count() / elapsed, all);
        } finally {
            pool.shutdown();
        }
    }

    private static Samples writeUntil(long end, Opening opening) throws Exception {
        Samples waits = new Samples();
        try (Writer writer = opening.open()) {
            int value = 0;
            long now = System.nanoTime();
            while (now < end) {
                writer.write(value++);
                long after = System.nanoTime();
                waits.add(after - now);
                now = after;
            }
        }
        return waits;
    }

    /** Both runs as one. */
    Crowd with(Crowd other) {
        Samples both = new Samples();
        both.addAll(waits);
        both.addAll(other.waits);
        return new Crowd((perSecond + other.perSecond) / 2, both);
    }

    Measurement measurement() {
        return new Measurement(
                "%.0f/s, wait %s".formatted(perSecond, waits),
                java.util.Map.of(
                        "perSecond", perSecond,
                        "p99Micros", waits.micros(0.99),
                        "maxMicros", waits.micros(1)),
                waits.curveMicros());
    }
}
