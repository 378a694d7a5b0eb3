package io.replsqlite.harness.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Durations in nanoseconds, and what is said of them. For one thread. */
final class Samples {
    /** Where a distribution is drawn: denser towards the slowest, which is what users notice. */
    static final List<Double> FRACTIONS = List.of(
            0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999,
            0.9995, 0.9999, 1.0);

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
        return at(fraction, sorted());
    }

    /** At each of {@link #FRACTIONS}. */
    List<Double> curveMicros() {
        long[] sorted = sorted();
        List<Double> curve = new ArrayList<>(FRACTIONS.size());
        FRACTIONS.forEach(fraction -> curve.add(at(fraction, sorted)));
        return curve;
    }

    private long[] sorted() {
        long[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        return sorted;
    }

    private static double at(double fraction, long[] sorted) {
        int index = (int) Math.min(sorted.length - 1L, Math.round(fraction * (sorted.length - 1)));
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
                        "samples", (double) count),
                curveMicros());
    }

    @Override
    public String toString() {
        return "p50 %.0f us, p99 %.0f us, max %.0f us, mean %.0f us (%d)"
                .formatted(micros(0.5), micros(0.99), micros(1), meanMicros(), count);
    }
}
