package io.replsqlite.harness.simulation;

import io.replsqlite.base.Deadline;
import io.replsqlite.harness.simulation.net.Network;
import io.replsqlite.harness.simulation.node.LeaseService;
import io.replsqlite.harness.simulation.node.SimulatedNode;
import io.replsqlite.harness.simulation.schedule.Machine;
import io.replsqlite.harness.simulation.schedule.Scheduler;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/** Brings about faults, one after the other, some at the same time. */
final class Storm {
    /** More than the voters' patience, even on the slowest of their clocks. */
    private static final int FAITH_IS_LOST_MILLIS = 1_100;

    private final Cluster cluster;
    private final Scheduler scheduler;
    private final Random random;
    private final Weather weather;
    private final int longestCalmMillis;
    private final double powerLoss;
    private final double syncFailure;
    private final Set<String> lasting = new HashSet<>();
    private long partitions;
    private int scenes;
    private boolean leasesStayAway;

    /** What faults there may be beyond those of every simulation. */
    enum Weather {
        /** A lease from outside that keeps its word. */
        LEASE_HOLDS,
        /** One that passes on while its holder still relies on it. */
        LEASE_IS_STOLEN,
        /** The majority is the lease; what lies below it may say anything, and be away. */
        BEATS_ARE_LOST,
        /** The same, and monotonic clocks jump, which the majority does not bear: only epochs are left. */
        BEATS_ARE_LOST_AND_CLOCKS_JUMP;

        boolean isMajority() {
            return this == BEATS_ARE_LOST || this == BEATS_ARE_LOST_AND_CLOCKS_JUMP;
        }
    }

    Storm(Cluster cluster, Scheduler scheduler, Random random, Weather weather) {
        this.cluster = cluster;
        this.scheduler = scheduler;
        this.random = random;
        this.weather = weather;
        this.longestCalmMillis = (weather.isMajority() ? 500 : 800) << random.nextInt(3);
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
        boolean special = random.nextInt(weather.isMajority() ? 2 : 3) == 0;
        if (special && weather == Weather.LEASE_IS_STOLEN) {
            steal();
            return;
        }
        if (special && weather.isMajority()) {
            disturbMajority();
            return;
        }
        switch (random.nextInt(12)) {
            case 0, 1 -> cluster.crash(place);
            case 2 -> crashAll();
            case 3, 4 -> isolate(place);
            case 5 -> cutOneWay(List.of(place), List.of(anotherThan(place)));
            case 6 -> cutFromLeases(place);
            case 7 -> pause(place, aWhile());
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

    private List<Cluster.Place> othersThan(Cluster.Place place) {
        return cluster.places().stream().filter(other -> other != place).toList();
    }

    private Cluster.Place anotherThan(Cluster.Place place) {
        List<Cluster.Place> others = othersThan(place);
        return others.get(random.nextInt(others.size()));
    }

    private Duration aWhile() {
        return Duration.ofMillis(100 + random.nextInt(4_000));
    }

    private Duration untilFaithIsLost() {
        return Duration.ofMillis(FAITH_IS_LOST_MILLIS + random.nextInt(3_000));
    }

    /**
     * Begins what only its own end takes back. Meanwhile it does not begin again, for the first end would cut that short.
     *
     * @param state begins with true and ends with false
     */
    private void last(String what, Duration howLong, Consumer<Boolean> state) {
        if (lasting.add(what)) {
            scheduler.note(what);
            state.accept(true);
            scheduler.at(howLong, () -> {
                lasting.remove(what);
                state.accept(false);
            });
        }
    }

    private void crashAll() {
        cluster.places().forEach(cluster::crash);
    }

    private void isolate(Cluster.Place place) {
        scheduler.note("partition: " + place.name() + " is alone");
        othersThan(place).forEach(other -> part(place, other));
        if (random.nextBoolean()) {
            cutFromLeases(place);
        }
        healLater(aWhile());
    }

    private void cutOneWay(List<Cluster.Place> senders, List<Cluster.Place> receivers) {
        for (Cluster.Place from : senders) {
            for (Cluster.Place to : receivers) {
                scheduler.note("partition: " + to.name() + " does not hear " + from.name());
                cut(from.name(), to.name());
            }
        }
        healLater(aWhile());
    }

    private void cutFromLeases(Cluster.Place place) {
        scheduler.note("partition: " + place.name() + " from the leases");
        cut(place.name(), LeaseService.HOST);
        healLater(aWhile());
    }

    private void cut(String from, String to) {
        if (cluster.network().cut(from, to)) {
            partitions++;
        }
    }

    private void heal() {
        Network network = cluster.network();
        network.heal();
        scheduler.note("the network is whole");
    }

    private void pause(Cluster.Place place, Duration howLong) {
        Machine machine = place.machine();
        if (machine != null) {
            last(place.name() + " is paused", howLong, machine::pause);
        }
    }

    private void jump(Cluster.Place place) {
        int millis = random.nextInt(5_000);
        scheduler.note("the clock of " + place.name() + " jumps by " + millis + " ms");
        if (random.nextBoolean() && weather != Weather.BEATS_ARE_LOST) {
            place.clock().jump(Duration.ofMillis(millis).toNanos());
        }
        place.clock().jumpWall(random.nextBoolean() ? millis : -millis);
    }

    private void fill(Cluster.Place place) {
        last("the disk of " + place.name() + " is full", aWhile(), place.disk().faults()::full);
    }

    private void disturbLeases() {
        if (random.nextBoolean()) {
            scheduler.note("the leases are forgotten");
            cluster.leases().wipe();
        } else if (weather != Weather.LEASE_HOLDS) {
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
        if (leader == null) {
            return;
        }
        Cluster.Place rival = anotherThan(leader);
        scheduler.note("the lease of " + leader.name() + " passes on, and " + rival.name() + " cannot tell it");
        cut(leader.name(), LeaseService.HOST);
        part(leader, rival);
        cluster.leases().passTo(rival.name());
        if (random.nextInt(4) > 0) {
            othersThan(rival).forEach(this::cutQuietly);
        }
        healLater(aWhile().plusSeconds(1));
    }

    /** It learns of the new tenure from the candidate alone. */
    private void cutQuietly(Cluster.Place place) {
        cut(place.name(), LeaseService.HOST);
    }

    /** Aims at the primary, its beats and their answers, and at what lies below. */
    private void disturbMajority() {
        Cluster.Place leader = cluster.leader();
        Cluster.Place aim = leader == null ? anyPlace() : leader;
        switch (random.nextInt(9)) {
            case 0 -> pause(aim, untilFaithIsLost());
            case 1 -> cutOneWay(List.of(aim), othersThan(aim));
            case 2 -> cutOneWay(othersThan(aim), List.of(aim));
            case 3 -> leaveWithOne(aim);
            case 4 -> sendLeasesAway();
            case 5 -> passLeaseBelow();
            case 6 -> handOver(aim);
            default -> cutStepByStep();
        }
    }

    private void passLeaseBelow() {
        String next = anyPlace().name();
        scheduler.note("the lease below passes to " + next);
        cluster.leases().passTo(next);
    }

    /**
     * One node misses the primary, and is about to ask for votes when the others lose it too, and may restart: they have
     * answered its beats just before. Nothing else goes wrong with the network meanwhile.
     */
    private void cutStepByStep() {
        scenes++;
        heal();
        boolean begun = scheduler.await(
                () -> cluster.leader() != null, Deadline.after(Duration.ofSeconds(3), scheduler.trueClock()));
        Cluster.Place leader = cluster.leader();
        if (!begun || leader == null) {
            return;
        }
        calm(200);
        List<Cluster.Place> others = othersThan(leader);
        Cluster.Place rival = anotherThan(leader);
        scheduler.note("partition: " + rival.name() + " misses " + leader.name() + ", and soon so will the others");
        part(leader, rival);
        calm(900 + random.nextInt(400));
        others.forEach(other -> part(leader, other));
        if (random.nextBoolean()) {
            others.stream().filter(other -> other != rival).forEach(cluster::restartAtOnce);
        }
        calm(500 + random.nextInt(2_000));
        heal();
    }

    private void healLater(Duration wait) {
        int scene = scenes;
        scheduler.at(wait, () -> {
            if (scene == scenes) {
                heal();
            }
        });
    }

    private void part(Cluster.Place one, Cluster.Place other) {
        cut(one.name(), other.name());
        cut(other.name(), one.name());
    }

    /** Of three that is a majority still, of five it is none. */
    private void leaveWithOne(Cluster.Place place) {
        scheduler.note("partition: " + place.name() + " has one node left");
        Cluster.Place left = anotherThan(place);
        othersThan(place).stream().filter(other -> other != left).forEach(other -> part(place, other));
        healLater(aWhile());
    }

    private void sendLeasesAway() {
        last(
                "the leases are away",
                aWhile(),
                away -> cluster.network().away(LeaseService.HOST, away || leasesStayAway));
    }

    private void handOver(Cluster.Place place) {
        SimulatedNode node = place.node();
        if (node != null) {
            node.handOverTo(anotherThan(place).name());
        }
    }

    /** Everything works again; but a majority may have to do without what lies below. */
    void end() {
        scheduler.note("the storm is over");
        heal();
        leasesStayAway = weather.isMajority() && random.nextBoolean();
        cluster.network().away(LeaseService.HOST, leasesStayAway);
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
