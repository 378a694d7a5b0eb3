package io.replsqlite.harness.check;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What a check found.
 *
 * @param check its name
 * @param examined how many facts it compared: operations, rows, edges
 * @param required how many it takes for the check to mean anything
 * @param violations the first of them, in words; none if all is well
 * @param violationCount all of them
 * @param excuse why there was nothing to judge; empty if there was
 */
public record Verdict(
        String check, long examined, long required, List<String> violations, int violationCount, String excuse) {
    private static final int KEPT = 20;

    public Verdict {
        violations = List.copyOf(violations);
    }

    public boolean passed() {
        return violationCount == 0 && (!excuse.isEmpty() || examined >= required);
    }

    /** Neither good nor bad: what the history holds may not be judged by this check. */
    public static Verdict excused(String check, String why) {
        return new Verdict(check, 0, 0, List.of(), 0, why);
    }

    public String text() {
        if (!excuse.isEmpty()) {
            return check + ": not judged, " + excuse;
        }
        if (violationCount > 0) {
            return "%s: VIOLATED, %d times: %s".formatted(check, violationCount, String.join("; ", violations));
        }
        return examined >= required
                ? "%s: holds (%d)".formatted(check, examined)
                : "%s: FAILED, it had %d facts to look at and needs %d".formatted(check, examined, required);
    }

    /** Counts while a check looks around. */
    static final class Tally {
        private final String check;
        private final long required;
        private final List<String> violations = new ArrayList<>();
        private int violationCount;
        private long examined;

        Tally(String check, long required) {
            this.check = check;
            this.required = required;
        }

        void examined(long facts) {
            examined += facts;
        }

        void violation(String text) {
            violationCount++;
            if (violations.size() < KEPT) {
                violations.add(text);
            }
        }

        /** One fact, which must hold. */
        void require(boolean holds, Supplier<String> otherwise) {
            examined++;
            if (!holds) {
                violation(otherwise.get());
            }
        }

        Verdict verdict() {
            return new Verdict(check, examined, required, violations, violationCount, "");
        }
    }
}
