package io.replsqlite.harness.bench;

/**
 * One measured number against the one asked for.
 *
 * @param measured the number that the goal speaks of: a ratio or a time; NaN if there was nothing to measure
 * @param goal at most this, unless {@code atLeast}; NaN if nobody has asked for one
 */
record Figure(
        String what,
        Measurement ours,
        Measurement baseline,
        double measured,
        double goal,
        boolean atLeast,
        String unit) {
    static Figure withoutGoal(String what, Measurement ours, Measurement baseline, double measured, String unit) {
        return new Figure(what, ours, baseline, measured, Double.NaN, false, unit);
    }

    boolean hasGoal() {
        return !Double.isNaN(goal);
    }

    boolean isMeasured() {
        return !Double.isNaN(measured);
    }

    boolean isMet() {
        return atLeast ? measured >= goal : measured <= goal;
    }

    String verdict() {
        if (!hasGoal()) {
            return isMeasured() ? "%.2f%s".formatted(measured, unit) : "not measured: " + baseline.text();
        }
        return "%.2f%s (asked %s %.2f%s): %s"
                .formatted(measured, unit, atLeast ? ">=" : "<=", goal, unit, isMet() ? "met" : "missed");
    }
}
