package io.replsqlite.server.majority;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.replsqlite.base.ClockReading;
import io.replsqlite.base.DeliberateBug;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.lease.LeaseDeadline;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The primary's half of the rule: until when it may acknowledge. It counts from the sending of the oldest of those beats
 * that make up the newest majority of answers. At first all count as sent when the tenure began: nothing is acknowledged
 * before a majority has promised, which was later.
 *
 * <p>Safe for any thread.
 */
public final class MajorityDeadline implements LeaseDeadline {
    private final MonotonicClock clock;
    private final ClockReading begun;
    private final long authorityNanos;
    private final int neededOthers;

    @GuardedBy("this")
    private final Map<String, ClockReading> sent = new HashMap<>();

    private volatile ClockReading deciding;
    private volatile boolean revoked;

    /** @param begun before any promise was asked for in this epoch */
    public MajorityDeadline(MajorityTerms terms, ClockReading begun, MonotonicClock clock) {
        this.clock = clock;
        this.begun = begun;
        this.deciding = begun;
        this.authorityNanos = terms.authority().toNanos();
        this.neededOthers = terms.majority() - (terms.isVoter() ? 1 : 0);
        for (String voter : terms.voters()) {
            if (!voter.equals(terms.self())) {
                sent.put(voter, begun);
            }
        }
    }

    /** A beat that left then was answered by this voter, in this epoch. */
    synchronized void answered(String voter, ClockReading beatSent) {
        ClockReading before = sent.get(voter);
        if (before == null || neededOthers == 0 || before.nanos() - beatSent.nanos() >= 0) {
            return;
        }
        sent.put(voter, beatSent);
        List<ClockReading> newestFirst = sent.values().stream()
                .sorted(Comparator.comparingLong((ClockReading one) -> one.nanos() - begun.nanos())
                        .reversed())
                .toList();
        deciding = newestFirst.get(neededOthers - 1);
    }

    /** From now on it has passed. */
    void revoke() {
        revoked = true;
    }

    /** Whether it was revoked, rather than run out. */
    boolean isRevoked() {
        return revoked;
    }

    boolean hasPassed() {
        return hasPassed(clock.nanoTime());
    }

    @Override
    public long atNanos() {
        if (revoked) {
            return begun.nanos();
        }
        boolean endless = neededOthers == 0 || DeliberateBug.LEASE_DEADLINE_IGNORED.isMade();
        return endless ? Long.MAX_VALUE : deciding.nanosAfter(authorityNanos, clock);
    }
}
