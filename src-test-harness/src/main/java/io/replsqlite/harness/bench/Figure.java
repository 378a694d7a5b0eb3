package io.replsqlite.harness.bench;

/**
 * One measured number against the one asked for.
 *
 * @param measured the number that the goal speaks of: a ratio or a time
 * @param goal at most this, unless {@code atLeast}
 */
record Figure(
        String what,
        Measurement ours,
        Measurement baseline,
        double measured,
        double goal,
        boolean atLeast,
        String unit) {
    boolean isMet() {
        return atLeast ? measured >= goal : measured <= goal;
    }

    String verdict() {
        return "%.2f%s (asked %s %.2f%s): %s"
                .formatted(measured, unit, atLeast ? ">=" : "<=", goal, unit, isMet() ? "met" : "missed");
    }
}
