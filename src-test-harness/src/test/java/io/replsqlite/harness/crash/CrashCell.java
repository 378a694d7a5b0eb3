package io.replsqlite.harness.crash;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.harness.fault.NodePair.Member;
import java.util.Locale;

/** One row of the crash table: who dies or fails, where, at which hit, and what leads there. */
record CrashCell(FailurePoint point, Member member, Action action, int atHit, Recipe recipe) {
    /** What the point does when it is reached. */
    enum Action {
        HALT,
        FULL,
        ERROR
    }

    String armed() {
        return point + "=" + action.name().toLowerCase(Locale.ROOT) + "@" + atHit;
    }

    String role() {
        return member.name().toLowerCase(Locale.ROOT);
    }
}
