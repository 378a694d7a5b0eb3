package io.replsqlite.harness.bench;

import java.util.Map;

/**
 * What was measured on one side of a comparison.
 *
 * @param text for people, with units
 * @param values for programs, by names that end with the unit; empty if there was nothing to measure
 */
record Measurement(String text, Map<String, Double> values) {
    static final Measurement NONE = new Measurement("none", Map.of());

    Measurement {
        values = Map.copyOf(values);
    }

    static Measurement of(String text, String name, double value) {
        return new Measurement(text, Map.of(name, value));
    }
}
