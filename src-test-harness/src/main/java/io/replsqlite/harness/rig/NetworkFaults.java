package io.replsqlite.harness.rig;

import io.replsqlite.harness.rig.Nemesis.Heal;
import io.replsqlite.harness.rig.Nemesis.Injected;
import java.io.IOException;
import java.util.List;
import java.util.Random;

/** Faults of the ways between places. {@link Rig#heal} opens them all. */
final class NetworkFaults {
    private static final int SLOW_MILLIS = 15;
    private static final int JITTER_MILLIS = 30;

    private NetworkFaults() {}

    static Injected partition(Rig rig, Random random) throws IOException, InterruptedException {
        Pair pair = pair(rig, random);
        rig.network().setBoth(pair.one(), pair.other(), Traffic.BLACKHOLE);
        return opened(rig, pair.one() + " and " + pair.other());
    }

    static Injected oneWay(Rig rig, Random random) throws IOException, InterruptedException {
        Pair pair = pair(rig, random);
        rig.network().set(pair.one(), pair.other(), Traffic.BLACKHOLE);
        return opened(rig, "from " + pair.one() + " to " + pair.other());
    }

    /** ZooKeeper goes with the primary or with the others. */
    static Injected minority(Rig rig, Random random) throws IOException, InterruptedException {
        int primary = rig.awaitPrimary();
        boolean withZooKeeper = random.nextBoolean();
        for (int other : Rig.othersThan(primary)) {
            rig.network().setBoth(Place.node(primary), Place.node(other), Traffic.BLACKHOLE);
        }
        if (!withZooKeeper) {
            rig.network().setBoth(Place.node(primary), Place.ZOOKEEPER, Traffic.BLACKHOLE);
        }
        return opened(rig, "node" + primary + (withZooKeeper ? " with ZooKeeper" : " without ZooKeeper"));
    }

    static Injected isolate(Rig rig, Random random) throws IOException, InterruptedException {
        int primary = rig.awaitPrimary();
        for (int other : Rig.othersThan(primary)) {
            rig.network().setBoth(Place.node(primary), Place.node(other), Traffic.BLACKHOLE);
        }
        rig.network().setBoth(Place.node(primary), Place.ZOOKEEPER, Traffic.BLACKHOLE);
        rig.network().setBoth(Place.node(primary), Place.CLIENTS, Traffic.BLACKHOLE);
        return opened(rig, "node" + primary);
    }

    static Injected refuse(Rig rig, Random random) {
        Place target = Place.node(1 + random.nextInt(Rig.NODES));
        for (int node = 1; node <= Rig.NODES; node++) {
            rig.network().set(Place.node(node), target, Traffic.REFUSED);
        }
        rig.network().set(Place.CLIENTS, target, Traffic.REFUSED);
        return opened(rig, "to " + target);
    }

    static Injected slow(Rig rig, Random random) {
        Traffic traffic = Traffic.slow(random.nextInt(SLOW_MILLIS), random.nextInt(JITTER_MILLIS));
        for (int node = 1; node <= Rig.NODES; node++) {
            for (int other : Rig.othersThan(node)) {
                rig.network().set(Place.node(node), Place.node(other), traffic);
            }
            rig.network().setBoth(Place.node(node), Place.CLIENTS, traffic);
        }
        return opened(rig, traffic.delayMillis() + " ms and up to " + traffic.jitterMillis() + " ms more");
    }

    static Injected cut(Rig rig, Random random) {
        return new Injected(rig.cutConnections() + " connections", Heal.BY_RIG);
    }

    static Injected halfOpen(Rig rig, Random random) {
        return new Injected(rig.halfCloseConnections() + " connections", Heal.BY_RIG);
    }

    /** Connections of now end: a conversation is repeated from its beginning or not at all. */
    static Injected twice(Rig rig, Random random) {
        for (int node = 1; node <= Rig.NODES; node++) {
            rig.network().set(Place.CLIENTS, Place.node(node), Traffic.TWICE);
        }
        return opened(rig, "after " + rig.cutConnections() + " connections were cut");
    }

    private record Pair(Place one, Place other) {}

    private static Pair pair(Rig rig, Random random) throws IOException, InterruptedException {
        int primary = rig.awaitPrimary();
        List<Integer> others = Rig.othersThan(primary);
        Place follower = Place.node(others.get(random.nextInt(others.size())));
        return random.nextBoolean() ? new Pair(Place.node(primary), follower) : new Pair(follower, Place.node(primary));
    }

    private static Injected opened(Rig rig, String detail) {
        return new Injected(detail, () -> rig.network().heal());
    }
}
