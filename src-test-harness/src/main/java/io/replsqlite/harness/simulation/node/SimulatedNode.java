package io.replsqlite.harness.simulation.node;

import io.replsqlite.base.Durability;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.harness.simulation.disk.SimulatedDisk;
import io.replsqlite.harness.simulation.net.Transport;
import io.replsqlite.harness.simulation.schedule.Machine;
import io.replsqlite.lease.Candidate;
import io.replsqlite.lease.LeaseProvider;
import io.replsqlite.server.config.DurabilitySettings;
import io.replsqlite.server.follow.EpochPromise;
import io.replsqlite.server.follow.PrimaryClient;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.majority.Allegiance;
import io.replsqlite.server.majority.MajorityLease;
import io.replsqlite.server.majority.MajorityTerms;
import io.replsqlite.server.majority.PromiseStore;
import io.replsqlite.server.node.EpochPromises;
import io.replsqlite.server.node.Members;
import io.replsqlite.server.node.NodeIdentity;
import io.replsqlite.server.node.Takeover;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One node from its start to its crash. */
public final class SimulatedNode {
    static final Duration HEARTBEAT = Duration.ofMillis(200);
    private static final Duration SILENCE = Duration.ofMillis(900);

    /** Of the voters, where their majority is the lease. */
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final String name;
    private final Machine machine;
    private final SimulatedDisk disk;
    private final Surroundings around;
    private final MonotonicClock clock;
    private final Members members;
    private final NodeCalls calls;
    private final EpochPromises promises;
    private final SimulatedDatabase database;
    private final SimulatedStage stage;
    private final SimulatedRole role;
    private final LeaseProvider leases;
    private final @Nullable MajorityLease majority;

    private SimulatedNode(Machine machine, SimulatedDisk disk, Surroundings around) throws IOException {
        this.name = machine.name();
        this.machine = machine;
        this.disk = disk;
        this.around = around;
        this.clock = machine.clock();
        Path directory = disk.path("/node");
        this.members = new Members(directory.resolve("members.json"), name, clock);
        this.calls = new NodeCalls(
                name, members, wait -> new Transport(around.network(), name, clock, wait), SILENCE, PATIENCE);
        this.promises = EpochPromises.in(directory);
        this.database = new SimulatedDatabase(
                directory.resolve("app"),
                clock,
                position -> around.observer().shown(name, position),
                around.has(Defect.FOLLOWER_SHOWS_ALL));
        Allegiance allegiance = allegiance();
        LeaseProvider below =
                new SimulatedLease(around.leases(), around.network(), machine, around.scheduler(), around.trusted());
        this.majority = around.leadsByMajority() ? majorityAbove(below, allegiance) : null;
        this.leases = majority == null ? below : majority;
        this.stage = new SimulatedStage(this, database);
        Takeover takeover = new Takeover(
                new NodeIdentity(name, true, 0, votersNeeded(), PATIENCE),
                stage,
                promises,
                allegiance,
                members,
                leases,
                calls::promise,
                clock);
        this.role = new SimulatedRole(promises, allegiance, members, leases, takeover, stage, this::failed, clock);
    }

    /** Binds nobody where the lease is one from outside. */
    private Allegiance allegiance() {
        boolean binds = around.leadsByMajority() && !around.has(Defect.VOTER_KEEPS_NO_FAITH);
        PromiseStore kept = around.has(Defect.RESTARTED_VOTER_IS_FREE) ? new ForgetfulPromises(promises) : promises;
        return new Allegiance(terms(binds ? voters() : Set.of()), kept, clock);
    }

    private MajorityLease majorityAbove(LeaseProvider below, Allegiance allegiance) {
        return new MajorityLease(
                terms(voters()),
                below,
                promises,
                allegiance,
                calls,
                purpose -> new SimulatedThread(purpose, clock),
                clock,
                new Random(around.random().nextLong()));
    }

    private MajorityTerms terms(Set<String> voters) {
        return new MajorityTerms(name, voters, PATIENCE);
    }

    private Set<String> voters() {
        return new HashSet<>(around.durability().voters());
    }

    /** Starts a node with what its disk has; what goes wrong here is a failure of the node like any other. */
    public static void start(Machine machine, SimulatedDisk disk, Surroundings around, Started started) {
        Thread ignored = around.scheduler().start(machine, machine.name() + " start", () -> {
            try {
                SimulatedNode node = new SimulatedNode(machine, disk, around);
                node.run();
                started.node(node);
            } catch (IOException failure) {
                around.scheduler().note(machine.name() + " does not start: " + failure);
                around.onFailure().accept(machine.name());
            }
        });
    }

    /** Hears of a node that runs. */
    @FunctionalInterface
    public interface Started {
        void node(SimulatedNode node);
    }

    private void run() throws IOException {
        if (database.isFounded()) {
            database.openFounded();
        }
        around.network()
                .listen(machine, new PeerService(name, role, majority, database, promises, this::promised, clock));
        role.start();
        leases.start(new Candidate(name, url(), promises::highest), role);
        Thread ignored = around.scheduler().start(machine, name + " heartbeat", this::beat);
    }

    private void beat() {
        while (true) {
            around.scheduler().pause(HEARTBEAT, clock);
            SimulatedTenure tenure = stage.tenure();
            if (tenure != null) {
                tenure.commitment().expire();
            }
        }
    }

    private Set<String> votersNeeded() {
        return around.has(Defect.ELECTION_WITHOUT_MAJORITY) ? Set.of() : voters();
    }

    private void promised(Epoch epoch) {
        around.observer().promised(name, epoch, disk);
    }

    void failed(Exception failure) {
        around.scheduler().note(name + " has failed: " + failure);
        around.onFailure().accept(name);
    }

    public String name() {
        return name;
    }

    URI url() {
        return URI.create("http://" + name + "/");
    }

    MonotonicClock clock() {
        return clock;
    }

    Surroundings around() {
        return around;
    }

    SimulatedDisk disk() {
        return disk;
    }

    EpochPromises promises() {
        return promises;
    }

    /** Where the follower asks before it takes something of an epoch. */
    EpochPromise followersPromise() {
        return around.has(Defect.FOLLOWER_IGNORES_EPOCH) ? EpochPromise.ALONE : promises;
    }

    DurabilitySettings durability() {
        DurabilitySettings settings = around.durability();
        return around.has(Defect.ACKNOWLEDGE_BEFORE_QUORUM)
                ? new DurabilitySettings(Durability.QUORUM, List.of(name), settings.commitTimeout())
                : settings;
    }

    PrimaryClient client(URI primary) {
        boolean silent = around.has(Defect.FOLLOWER_IGNORES_EPOCH) || around.has(Defect.FOLLOWER_NOT_BARRED);
        Supplier<Epoch> promised = silent ? () -> Epoch.NONE : promises::highest;
        return calls.database(primary, promised);
    }

    // ---- what the simulation asks
    // ------------------------------------------------------------------------------------

    public Epoch promisedEpoch() {
        return promises.highest();
    }

    /** The log that is open; null if none is. */
    public @Nullable ChangeLog log() {
        return database.logIfOpen();
    }

    /** Where the log ends durably; null if there is none. */
    public @Nullable Position durableHead() {
        ChangeLog log = database.logIfOpen();
        return log == null ? null : log.durableHead();
    }

    public boolean isLeading() {
        SimulatedTenure tenure = stage.tenure();
        return tenure != null && tenure.commitment().isOpen();
    }

    /** Whether it could acknowledge a write at this moment. */
    public boolean mayAcknowledge() {
        SimulatedTenure tenure = stage.tenure();
        return tenure != null && tenure.holdsLease();
    }

    /** How many others it could ask for their votes. */
    public int othersKnown() {
        return members.others().size();
    }

    /** If it holds the lease once its role thread comes to this, it notes that and leaves the lease to that node. */
    public void handOverTo(String successor) {
        role.handOverTo(successor, () -> around.scheduler().note(name + " hands over to " + successor));
    }

    public void submit(Write write) {
        SimulatedTenure tenure = stage.tenure();
        if (tenure == null) {
            write.answer(Write.Outcome.NOT_EXECUTED);
        } else {
            tenure.submit(write);
        }
    }
}
