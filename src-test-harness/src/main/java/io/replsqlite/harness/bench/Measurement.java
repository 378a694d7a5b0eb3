package io.replsqlite.harness.bench;

import java.util.List;
import java.util.Map;

/**
 * What was measured on one side of a comparison.
 *
 * @param text for people, with units
 * @param values for programs, by names that end with the unit; empty if there was nothing to measure
 * @param curveMicros durations at the {@link Samples#FRACTIONS}, ascending; empty if no durations were measured
 */
record Measurement(String text, Map<String, Double> values, List<Double> curveMicros) {
    static final Measurement NONE = new Measurement("none", Map.of(), List.of());

    Measurement {
        values = Map.copyOf(values);
        curveMicros = List.copyOf(curveMicros);
    }

    static Measurement of(String text, String name, double value) {
        return new Measurement(text, Map.of(name, value), List.of());
    }

    /** There is nothing to compare with. */
    static Measurement absent(String why) {
        return new Measurement(why, Map.of(), List.of());
    }

    boolean hasCurve() {
        return !curveMicros.isEmpty();
    }
}
