package io.replsqlite.harness.simulation;

import io.replsqlite.harness.simulation.net.Network;
import io.replsqlite.harness.simulation.node.LeaseService;
import io.replsqlite.harness.simulation.schedule.Machine;
import io.replsqlite.harness.simulation.schedule.Scheduler;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Brings about faults, one after the other, some at the same time. */
final class Storm {
    private final Cluster cluster;
    private final Scheduler scheduler;
    private final Random random;
    private final boolean careless;
    private final int longestCalmMillis;
    private final double powerLoss;
    private final double syncFailure;
    private long partitions;

    /** @param careless whether the lease may pass on while its holder still relies on it */
    Storm(Cluster cluster, Scheduler scheduler, Random random, boolean careless) {
        this.cluster = cluster;
        this.scheduler = scheduler;
        this.random = random;
        this.careless = careless;
        this.longestCalmMillis = 800 << random.nextInt(3);
        this.powerLoss = random.nextInt(3) == 0 ? 0.004 : 0.0005;
        this.syncFailure = random.nextInt(4) == 0 ? 0.002 : 0;
    }

    long partitions() {
        return partitions;
    }

    /** On the simulation's own thread. */
    void blow(Duration howLong) {
        long end = scheduler.trueClock().nanoTime() + howLong.toNanos();
        calm(700); // a first primary
        cluster.network().slowest(Duration.ofMillis(random.nextInt(3) == 0 ? 900 : 30));
        for (Cluster.Place place : cluster.places()) {
            place.disk().faults().powerLoss(powerLoss);
            place.disk().faults().syncFailure(syncFailure);
        }
        while (scheduler.trueClock().nanoTime() < end && !scheduler.hasFailed()) {
            fault();
            calm(50 + random.nextInt(longestCalmMillis));
        }
    }

    private void calm(int millis) {
        scheduler.pause(Duration.ofMillis(millis), scheduler.trueClock());
    }

    private void fault() {
        Cluster.Place place = anyPlace();
        if (careless && random.nextInt(3) == 0) {
            steal();
            return;
        }
        switch (random.nextInt(12)) {
            case 0, 1 -> cluster.crash(place);
            case 2 -> crashAll();
            case 3, 4 -> isolate(place);
            case 5 -> cutOneWay(place.name(), anyPlace().name());
            case 6 -> cutFromLeases(place);
            case 7 -> pause(place);
            case 8 -> jump(place);
            case 9 -> fill(place);
            case 10 -> disturbLeases();
            default -> cluster.network().breakSome(0.5);
        }
    }

    private Cluster.Place anyPlace() {
        List<Cluster.Place> places = cluster.places();
        return places.get(random.nextInt(places.size()));
    }

    private Duration aWhile() {
        return Duration.ofMillis(100 + random.nextInt(4_000));
    }

    private void crashAll() {
        cluster.places().forEach(cluster::crash);
    }

    private void isolate(Cluster.Place place) {
        scheduler.note("partition: " + place.name() + " is alone");
        for (Cluster.Place other : cluster.places()) {
            if (other != place) {
                cut(place.name(), other.name());
                cut(other.name(), place.name());
            }
        }
        if (random.nextBoolean()) {
            cutFromLeases(place);
        }
        scheduler.at(aWhile(), this::heal);
    }

    private void cutOneWay(String from, String to) {
        scheduler.note("partition: " + to + " does not hear " + from);
        cut(from, to);
        scheduler.at(aWhile(), this::heal);
    }

    private void cutFromLeases(Cluster.Place place) {
        scheduler.note("partition: " + place.name() + " from the leases");
        cut(place.name(), LeaseService.HOST);
        scheduler.at(aWhile(), this::heal);
    }

    private void cut(String from, String to) {
        partitions++;
        cluster.network().cut(from, to);
    }

    private void heal() {
        Network network = cluster.network();
        network.heal();
        scheduler.note("the network is whole");
    }

    private void pause(Cluster.Place place) {
        Machine machine = place.machine();
        if (machine != null) {
            scheduler.note(place.name() + " is paused");
            machine.pause(true);
            scheduler.at(aWhile(), () -> machine.pause(false));
        }
    }

    private void jump(Cluster.Place place) {
        int millis = random.nextInt(5_000);
        scheduler.note("the clock of " + place.name() + " jumps by " + millis + " ms");
        if (random.nextBoolean()) {
            place.clock().jump(Duration.ofMillis(millis).toNanos());
        }
        place.clock().jumpWall(random.nextBoolean() ? millis : -millis);
    }

    private void fill(Cluster.Place place) {
        scheduler.note("the disk of " + place.name() + " is full");
        place.disk().faults().full(true);
        scheduler.at(aWhile(), () -> place.disk().faults().full(false));
    }

    private void disturbLeases() {
        if (random.nextBoolean()) {
            scheduler.note("the leases are forgotten");
            cluster.leases().wipe();
        } else if (careless) {
            scheduler.note("the lease expires while its holder relies on it");
            cluster.leases().expire();
        }
    }

    /**
     * The lease passes on while its holder, cut off from it and from one other node, goes on for those who still hear it:
     * only promises stand between two primaries.
     */
    private void steal() {
        Cluster.Place leader = cluster.leader();
        Cluster.Place rival = anyPlace();
        if (leader == null || leader == rival) {
            return;
        }
        scheduler.note("the lease of " + leader.name() + " passes on, and " + rival.name() + " cannot tell it");
        cut(leader.name(), LeaseService.HOST);
        cut(leader.name(), rival.name());
        cut(rival.name(), leader.name());
        cluster.leases().passTo(rival.name());
        if (random.nextInt(4) > 0) {
            othersThan(rival).forEach(this::cutQuietly);
        }
        scheduler.at(aWhile().plusSeconds(1), this::heal);
    }

    private List<Cluster.Place> othersThan(Cluster.Place place) {
        return cluster.places().stream().filter(other -> other != place).toList();
    }

    /** It learns of the new tenure from the candidate alone. */
    private void cutQuietly(Cluster.Place place) {
        cut(place.name(), LeaseService.HOST);
    }

    /** Everything works again. */
    void end() {
        scheduler.note("the storm is over");
        heal();
        cluster.network().slowest(Duration.ofMillis(2));
        for (Cluster.Place place : cluster.places()) {
            place.disk().faults().powerLoss(0);
            place.disk().faults().syncFailure(0);
            place.disk().faults().full(false);
            Machine machine = place.machine();
            if (machine != null) {
                machine.pause(false);
            }
        }
    }
}
