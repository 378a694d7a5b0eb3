package io.replsqlite.harness.simulation;

import io.replsqlite.base.Durability;
import io.replsqlite.base.Position;
import io.replsqlite.harness.simulation.disk.DiskFaults;
import io.replsqlite.harness.simulation.disk.SimulatedDisk;
import io.replsqlite.harness.simulation.net.Network;
import io.replsqlite.harness.simulation.node.Defect;
import io.replsqlite.harness.simulation.node.LeaseService;
import io.replsqlite.harness.simulation.node.SimulatedNode;
import io.replsqlite.harness.simulation.node.Surroundings;
import io.replsqlite.harness.simulation.schedule.Machine;
import io.replsqlite.harness.simulation.schedule.MachineClock;
import io.replsqlite.harness.simulation.schedule.Scheduler;
import io.replsqlite.server.config.DurabilitySettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The machines of one simulation, up or down. */
final class Cluster {
    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(1);

    private final Scheduler scheduler;
    private final Random random;
    private final Network network;
    private final LeaseService leases;
    private final Witness witness;
    private final Surroundings around;
    private final boolean oneMayAcknowledge;
    private final List<Place> places = new ArrayList<>();
    private long crashes;
    private boolean closing;

    /** One machine's name, disk and clock, which outlive its crashes, and what runs there now. */
    static final class Place {
        private final String name;
        private final SimulatedDisk disk;
        private final MachineClock clock;
        private @Nullable Machine machine;
        private @Nullable SimulatedNode node;
        private boolean startsAtOnce;

        Place(String name, SimulatedDisk disk, MachineClock clock) {
            this.name = name;
            this.disk = disk;
            this.clock = clock;
        }

        String name() {
            return name;
        }

        SimulatedDisk disk() {
            return disk;
        }

        MachineClock clock() {
            return clock;
        }

        @Nullable
        Machine machine() {
            return machine;
        }

        /** Null while it is down, or still starting. */
        @Nullable
        SimulatedNode node() {
            return node;
        }
    }

    /**
     * What distinguishes one cluster from another.
     *
     * @param voters of the nodes, the first ones
     * @param leadsByMajority whether a majority of the voters is the lease
     * @param trusted for how long nodes rely on the lease from outside; more than a session makes it worthless
     * @param oneMayAcknowledge whether at no instant two nodes may acknowledge, whatever the epoch
     */
    record Plan(
            int nodes,
            int voters,
            boolean leadsByMajority,
            Duration trusted,
            boolean oneMayAcknowledge,
            Set<Defect> defects) {}

    Cluster(Scheduler scheduler, Random random, Plan plan) {
        this.scheduler = scheduler;
        this.random = random;
        this.network = new Network(scheduler, new Random(random.nextLong()));
        this.leases = new LeaseService(scheduler.trueClock());
        this.witness = new Witness(scheduler);
        List<String> names = new ArrayList<>();
        for (int i = 1; i <= plan.nodes(); i++) {
            names.add("n" + i);
        }
        DurabilitySettings durability =
                new DurabilitySettings(Durability.QUORUM, names.subList(0, plan.voters()), COMMIT_TIMEOUT);
        this.oneMayAcknowledge = plan.oneMayAcknowledge();
        this.around = new Surroundings(
                scheduler,
                network,
                leases,
                durability,
                plan.leadsByMajority(),
                plan.trusted(),
                plan.defects(),
                new Random(random.nextLong()),
                witness,
                this::powerCycle);
        names.forEach(name -> places.add(place(name, plan.defects())));
    }

    private Place place(String name, Set<Defect> defects) {
        DiskFaults faults = new DiskFaults();
        faults.interleave();
        if (defects.contains(Defect.DISK_IGNORES_SYNC)) {
            faults.ignoreSyncOf(path -> path.toString().endsWith(".log"));
        } else if (defects.contains(Defect.PROMISE_NOT_DURABLE)) {
            faults.ignoreSyncOf(Cluster::isPromise);
        }
        double pace = 0.95 + random.nextDouble() / 10;
        MachineClock clock = new MachineClock(scheduler.trueClock()::nanoTime, pace, random.nextInt(Integer.MAX_VALUE));
        return new Place(name, new SimulatedDisk(scheduler, new Random(random.nextLong()), faults), clock);
    }

    private static boolean isPromise(Path path) {
        return path.toString().contains("/.replsqlite");
    }

    Network network() {
        return network;
    }

    LeaseService leases() {
        return leases;
    }

    Witness witness() {
        return witness;
    }

    long crashes() {
        return crashes;
    }

    List<Place> places() {
        return places;
    }

    /** Where a primary is that has begun its epoch; null if there is none. */
    @Nullable
    Place leader() {
        for (Place place : places) {
            if (place.node != null && place.node.isLeading()) {
                return place;
            }
        }
        return null;
    }

    List<SimulatedNode> running() {
        List<SimulatedNode> running = new ArrayList<>();
        for (Place place : places) {
            if (place.node != null) {
                running.add(place.node);
            }
        }
        return running;
    }

    /** Those that take themselves for the primary. */
    List<SimulatedNode> leading() {
        return running().stream().filter(SimulatedNode::isLeading).toList();
    }

    /** Whether there is a primary, and every node could find the others without being told again. */
    boolean isFormed() {
        List<SimulatedNode> running = running();
        return leader() != null
                && running.size() == places.size()
                && running.stream().allMatch(node -> node.othersKnown() == places.size() - 1);
    }

    void start(Place place) {
        Machine machine = new Machine(place.name, place.clock);
        place.machine = machine;
        place.disk.mount(machine);
        scheduler.note(place.name + " starts");
        SimulatedNode.start(machine, place.disk, around, node -> place.node = node);
    }

    /** For good. */
    void close() {
        closing = true;
        places.forEach(this::crash);
    }

    void crash(Place place) {
        Machine machine = place.machine;
        if (machine != null && machine.isUp()) {
            scheduler.crash(machine);
        }
    }

    /** It loses its power for a moment. */
    void restartAtOnce(Place place) {
        place.startsAtOnce = true;
        crash(place);
    }

    /** After each step: takes down what has lost its power, and looks at the rest. */
    void look() {
        for (Place place : places) {
            Machine machine = place.machine;
            if (machine != null && !machine.isUp()) {
                place.machine = null;
                place.node = null;
                crashes++;
                network.crashed(place.name);
                place.disk.crash();
                scheduler.at(downTime(place), () -> restart(place));
                place.startsAtOnce = false;
            }
            SimulatedNode node = place.node;
            if (node != null) {
                Position head = node.durableHead();
                witness.look(place.name, head, node.promisedEpoch());
            }
        }
        if (oneMayAcknowledge) {
            witness.lookAtPrimaries(running());
        }
    }

    private void restart(Place place) {
        if (place.machine == null && !closing) {
            start(place);
        }
    }

    private Duration downTime(Place place) {
        return Duration.ofMillis(50 + random.nextInt(place.startsAtOnce ? 100 : 3_000));
    }

    /** A node that has failed is restarted by its machine's supervisor; in the simulation the machine goes with it. */
    private void powerCycle(String name) {
        for (Place place : places) {
            if (place.name.equals(name)) {
                crash(place);
            }
        }
    }
}
