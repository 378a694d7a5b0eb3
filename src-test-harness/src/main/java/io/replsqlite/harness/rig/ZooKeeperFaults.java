package io.replsqlite.harness.rig;

import io.replsqlite.harness.rig.Nemesis.Heal;
import io.replsqlite.harness.rig.Nemesis.Injected;
import java.io.IOException;
import java.util.Random;

/** Faults of ZooKeeper and of the ways to it. */
final class ZooKeeperFaults {
    private ZooKeeperFaults() {}

    static Injected stop(Rig rig, Random random) throws IOException {
        rig.stopZooKeeper();
        return new Injected("stopped", rig::startZooKeeper);
    }

    static Injected partition(Rig rig, Random random) throws IOException, InterruptedException {
        int primary = rig.awaitPrimary();
        rig.network().setBoth(Place.node(primary), Place.ZOOKEEPER, Traffic.BLACKHOLE);
        return new Injected("node" + primary, () -> rig.network().heal());
    }

    /** Its session lives on at the server, and it cannot know. */
    static Injected deaf(Rig rig, Random random) throws IOException, InterruptedException {
        int primary = rig.awaitPrimary();
        rig.network().set(Place.ZOOKEEPER, Place.node(primary), Traffic.BLACKHOLE);
        return new Injected("node" + primary, () -> rig.network().heal());
    }

    static Injected expire(Rig rig, Random random) throws IOException, InterruptedException {
        int primary = rig.awaitPrimary();
        rig.cluster().expireSession(primary);
        return new Injected("node" + primary, Heal.BY_RIG);
    }

    /** With a pause, so that the nodes notice; epochs must not begin again. */
    static Injected wipe(Rig rig, Random random) throws IOException {
        rig.stopZooKeeper();
        rig.wipeZooKeeper();
        return new Injected("stopped and emptied", rig::startZooKeeper);
    }
}
