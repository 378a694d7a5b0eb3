package io.replsqlite.harness.rig;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The state of every way between two places; the proxies obey it. Thread-safe. */
public final class Network {
    private record Way(Place from, Place to) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    @GuardedBy("lock")
    private final Map<Way, Traffic> ways = new HashMap<>();

    @GuardedBy("lock")
    private final Random random;

    public Network(long seed) {
        this.random = new Random(seed);
    }

    /** One direction only. */
    public void set(Place from, Place to, Traffic traffic) {
        lock.lock();
        try {
            ways.put(new Way(from, to), traffic);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public void setBoth(Place one, Place other, Traffic traffic) {
        set(one, other, traffic);
        set(other, one, traffic);
    }

    /** All ways are open. */
    public void heal() {
        lock.lock();
        try {
            ways.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether a connection may be, which takes both directions. */
    boolean refuses(Place from, Place to) {
        return of(from, to).kind() == Traffic.Kind.REFUSED || of(to, from).kind() == Traffic.Kind.REFUSED;
    }

    /** Whether what is said on a connection that is opened now is to be said on a second one too. */
    boolean repeats(Place from, Place to) {
        return of(from, to).kind() == Traffic.Kind.TWICE;
    }

    private Traffic of(Place from, Place to) {
        lock.lock();
        try {
            return ways.getOrDefault(new Way(from, to), Traffic.OPEN);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Lets a piece travel: waits while nothing passes, and as long as the way takes.
     *
     * @return false if the connection is to be reset
     */
    boolean travel(Place from, Place to) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Way way = new Way(from, to);
            while (ways.getOrDefault(way, Traffic.OPEN).kind() == Traffic.Kind.BLACKHOLE) {
                changed.await();
            }
            Traffic traffic = ways.getOrDefault(way, Traffic.OPEN);
            if (traffic.kind() == Traffic.Kind.REFUSED) {
                return false;
            }
            long nanos = delayNanos(traffic);
            while (nanos > 0 && ways.getOrDefault(way, Traffic.OPEN).equals(traffic)) {
                nanos = changed.awaitNanos(nanos);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    @GuardedBy("lock")
    private long delayNanos(Traffic traffic) {
        int jitter = traffic.jitterMillis() == 0 ? 0 : random.nextInt(traffic.jitterMillis() + 1);
        return TimeUnit.MILLISECONDS.toNanos(traffic.delayMillis() + jitter);
    }
}
