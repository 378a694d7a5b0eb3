package io.replsqlite.server.ship;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.PositionGate;
import io.replsqlite.base.Txid;
import io.replsqlite.server.stream.Acknowledgement;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/** How far each follower of one database has come, as it says itself. Safe for any thread. */
public final class Followers {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    private final ConcurrentHashMap<String, Follower> byNode = new ConcurrentHashMap<>();
    private final MonotonicClock clock;

    /** Only woken, never advanced: followers have no common position. */
    private final PositionGate heard = new PositionGate(Txid.ZERO);

    /** One follower's last acknowledgement. */
    public record Follower(String nodeName, long durableTxid, long appliedTxid, long heardAtNanos) {}

    public Followers(MonotonicClock clock) {
        this.clock = clock;
    }

    public void acknowledged(String nodeName, Acknowledgement ack) {
        byNode.put(nodeName, new Follower(nodeName, ack.durableTxid(), ack.appliedTxid(), clock.nanoTime()));
        heard.wakeAll();
    }

    /** Waits until every follower heard of within {@code window} has {@code txid} durably, or the deadline passes. */
    public boolean awaitDurable(long txid, Duration window, Deadline deadline) throws InterruptedException {
        while (slowestHeardWithin(window).orElse(txid) < txid) {
            if (deadline.hasPassed()) {
                return false;
            }
            boolean ignored = heard.await(Long.MAX_VALUE, Deadline.after(LOOK_AGAIN, clock));
        }
        return true;
    }

    /** Waits until this follower has {@code txid} durably, or the deadline passes. */
    public boolean awaitDurable(String nodeName, long txid, Deadline deadline) throws InterruptedException {
        while (true) {
            Follower follower = byNode.get(nodeName);
            if (follower != null && follower.durableTxid() >= txid) {
                return true;
            }
            if (deadline.hasPassed()) {
                return false;
            }
            boolean ignored = heard.await(Long.MAX_VALUE, Deadline.after(LOOK_AGAIN, clock));
        }
    }

    public List<Follower> all() {
        return List.copyOf(byNode.values());
    }

    /** The least durable txid among followers heard of within {@code window}: the log keeps what comes after it. */
    public OptionalLong slowestHeardWithin(Duration window) {
        long now = clock.nanoTime();
        return byNode.values().stream()
                .filter(follower -> now - follower.heardAtNanos < window.toNanos())
                .mapToLong(Follower::durableTxid)
                .min();
    }
}
