package io.replsqlite.harness.simulation.node;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.lease.Candidate;
import io.replsqlite.lease.LeaseHolder;
import io.replsqlite.lease.Member;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Who may write, as ZooKeeper would say it. It can forget everything, and in careless runs it lets two nodes believe in it. */
public final class LeaseService {
    public static final String HOST = "leases";
    static final Duration SESSION = Duration.ofSeconds(2);

    private static final Duration SUCCESSION = Duration.ofSeconds(1);

    private final MonotonicClock trueClock;
    private final TreeMap<String, Member> members = new TreeMap<>();
    private Epoch epoch = Epoch.NONE;
    private @Nullable LeaseHolder holder;
    private long expiresAt;
    private @Nullable String successor;
    private long successorUntil;

    public LeaseService(MonotonicClock trueClock) {
        this.trueClock = trueClock;
    }

    /** Forgets all epochs and who holds the lease, as a rebuilt ensemble does. */
    public void wipe() {
        epoch = Epoch.NONE;
        holder = null;
        successor = null;
    }

    /** Ends the tenure; its holder hears of it when it renews. */
    public void expire() {
        holder = null;
    }

    /** As {@link #expire}, and the others stand back for this node; null for nobody. */
    public void passTo(@Nullable String name) {
        holder = null;
        successor = name;
        successorUntil = trueClock.nanoTime() + SUCCESSION.toNanos();
    }

    void enter(Member member) {
        members.put(member.nodeName(), member);
    }

    List<Member> members() {
        return List.copyOf(members.values());
    }

    /**
     * Renews or takes the lease.
     *
     * @param competes whether this node wants it if it is free
     * @return who holds it now; null if nobody does
     */
    @Nullable
    LeaseHolder touch(Candidate candidate, boolean competes) {
        long now = trueClock.nanoTime();
        LeaseHolder present = now >= expiresAt ? null : holder;
        boolean free = present == null && competes && mayTake(candidate.nodeName(), now);
        if (free) {
            Epoch promised = candidate.highestEpoch().get();
            epoch = (promised.isAfter(epoch) ? promised : epoch).next();
            present = new LeaseHolder(candidate.nodeName(), candidate.url(), epoch);
            successor = null;
        }
        holder = present;
        if (present != null && present.nodeName().equals(candidate.nodeName())) {
            expiresAt = now + SESSION.toNanos();
        }
        return present;
    }

    private boolean mayTake(String name, long now) {
        return successor == null || successor.equals(name) || now >= successorUntil;
    }

    void resign(LeaseHolder given, @Nullable String wanted) {
        if (given.equals(holder)) {
            holder = null;
            passTo(wanted);
        }
    }
}
