package io.replsqlite.harness.bench;

import java.util.Arrays;
import java.util.Map;

/** Durations in nanoseconds, and what is said of them. For one thread. */
final class Samples {
    private long[] values = new long[1024];
    private int count;

    void add(long nanos) {
        if (count == values.length) {
            values = Arrays.copyOf(values, count * 2);
        }
        values[count++] = nanos;
    }

    void addAll(Samples others) {
        for (int i = 0; i < others.count; i++) {
            add(others.values[i]);
        }
    }

    int count() {
        return count;
    }

    /** @param fraction 0.5 for the median, 1 for the maximum */
    double micros(double fraction) {
        if (count == 0) {
            throw new IllegalStateException("nothing was measured");
        }
        long[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        int index = (int) Math.min(count - 1L, Math.round(fraction * (count - 1)));
        return sorted[index] / 1000.0;
    }

    double meanMicros() {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += values[i];
        }
        return sum / 1000.0 / Math.max(1, count);
    }

    Measurement measurement() {
        return new Measurement(
                toString(),
                Map.of(
                        "p50Micros", micros(0.5),
                        "p99Micros", micros(0.99),
                        "maxMicros", micros(1),
                        "meanMicros", meanMicros(),
                        "samples", (double) count));
    }

    @Override
    public String toString() {
        return "p50 %.0f us, p99 %.0f us, max %.0f us, mean %.0f us (%d)"
                .formatted(micros(0.5), micros(0.99), micros(1), meanMicros(), count);
    }
}
