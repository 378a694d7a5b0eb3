package io.replsqlite.harness.rig;

import com.google.errorprone.annotations.Immutable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/** Everything that can be done to a cluster, by name. What it is done to is chosen by a seeded random. */
public enum Nemesis {
    KILL("kill -9 of the primary", NodeFaults::killPrimary),
    KILL_FOLLOWER("kill -9 of a follower", NodeFaults::killFollower),
    KILL_ALL("kill -9 of all nodes at once", NodeFaults::killAll),
    RESTART("orderly restart of the primary", NodeFaults::restartPrimary),
    PAUSE("SIGSTOP of the primary beyond its lease", NodeFaults::pausePrimary),
    STUTTER("a node that is stopped again and again for a moment", NodeFaults::stutter),
    HALT("a node dies at a named step of its work", DiskFaults::haltAtFailurePoint),
    DISK_FULL("a node's disk is full from some step on", DiskFaults::fullDisk),
    DISK_BROKEN("a node's disk fails from some step on", DiskFaults::brokenDisk),
    DISK_SLOW("every write of a node's log or of its replica waits", DiskFaults::slowDisk),
    DISK_HANG("a node's disk does not answer a sync of its log any more", DiskFaults::hangingDisk),
    FILE_LIMIT("the kernel refuses a running node's writes beyond a length", DiskFaults::limitFiles),
    CLOCK_JUMP("a node's wall clock is set back and forth by seconds, hours and a day", ClockFaults::jump),
    HANDOFF("the lease is handed from node to node under load", NodeFaults::handOff),
    PARTITION("two nodes do not hear each other", NetworkFaults::partition),
    ONE_WAY("one node's words to another are lost", NetworkFaults::oneWay),
    MINORITY("the primary hears clients only, the others have a majority", NetworkFaults::minority),
    ISOLATE("the primary hears nobody", NetworkFaults::isolate),
    REFUSE("connections to one node are refused", NetworkFaults::refuse),
    SLOW("all ways are slow and uneven", NetworkFaults::slow),
    CUT("connections are cut in mid-stream", NetworkFaults::cut),
    HALF_OPEN("connections are left open by half", NetworkFaults::halfOpen),
    TWICE("whatever a driver says arrives twice, on two connections at once", NetworkFaults::twice),
    ZOOKEEPER_STOP("ZooKeeper is gone", ZooKeeperFaults::stop),
    ZOOKEEPER_PARTITION("the primary does not reach ZooKeeper", ZooKeeperFaults::partition),
    ZOOKEEPER_DEAF("ZooKeeper hears the primary, which does not hear it", ZooKeeperFaults::deaf),
    EXPIRE("the primary's session ends on the server", ZooKeeperFaults::expire),
    ZOOKEEPER_WIPE("ZooKeeper has forgotten everything", ZooKeeperFaults::wipe);

    /** Undoes a fault as far as {@link Rig#heal} does not do it anyway. */
    public interface Heal {
        Heal BY_RIG = () -> {};

        void run() throws IOException, InterruptedException;
    }

    /** @param detail whom it met */
    public record Injected(String detail, Heal heal) {}

    @Immutable
    interface Injection {
        Injected begin(Rig rig, Random random) throws IOException, InterruptedException;
    }

    private static final Set<Nemesis> MOVERS = EnumSet.of(KILL, RESTART, PAUSE, HANDOFF, ISOLATE);
    private static final Set<Nemesis> WAITING = EnumSet.of(HALT, DISK_FULL, DISK_BROKEN, DISK_SLOW, DISK_HANG);

    private final String description;
    private final Injection injection;

    Nemesis(String description, Injection injection) {
        this.description = description;
        this.injection = injection;
    }

    /** As on the command line: {@code kill-follower}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String description() {
        return description;
    }

    /** Whether the primary's tenure ends by it, however short it is. */
    public boolean movesLease() {
        return MOVERS.contains(this);
    }

    /** Whether it begins only once the work of a node gets to some step, which takes its time. */
    public boolean waitsForWork() {
        return WAITING.contains(this);
    }

    /** @throws IOException if it cannot be done now, such as anything to a primary where there is none */
    public Injected begin(Rig rig, Random random) throws IOException, InterruptedException {
        return injection.begin(rig, random);
    }

    /**
     * @param words separated by commas; empty for all
     * @throws IllegalArgumentException if one is none
     */
    public static List<Nemesis> parse(String words) {
        if (words.isEmpty()) {
            return List.of(values());
        }
        List<Nemesis> chosen = new ArrayList<>();
        for (String word : words.split(",", -1)) {
            chosen.add(byWord(word.strip()));
        }
        return chosen;
    }

    private static Nemesis byWord(String word) {
        for (Nemesis nemesis : values()) {
            if (nemesis.word().equals(word)) {
                return nemesis;
            }
        }
        throw new IllegalArgumentException("there is no fault '" + word + "'");
    }
}
