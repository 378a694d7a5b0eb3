package io.replsqlite.harness.simulation.node;

import io.replsqlite.base.Durability;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.harness.simulation.disk.SimulatedDisk;
import io.replsqlite.harness.simulation.net.Transport;
import io.replsqlite.harness.simulation.schedule.Machine;
import io.replsqlite.lease.Candidate;
import io.replsqlite.lease.Member;
import io.replsqlite.server.config.DurabilitySettings;
import io.replsqlite.server.election.ElectionCodec;
import io.replsqlite.server.election.PromiseReply;
import io.replsqlite.server.election.PromiseRequest;
import io.replsqlite.server.follow.EpochPromise;
import io.replsqlite.server.follow.PrimaryClient;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.majority.Allegiance;
import io.replsqlite.server.majority.MajorityTerms;
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
import java.util.Set;
import java.util.function.Supplier;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/** One node from its start to its crash. */
public final class SimulatedNode {
    static final Duration HEARTBEAT = Duration.ofMillis(200);
    private static final Duration SILENCE = Duration.ofMillis(900);
    private static final MediaType JSON = MediaType.get("application/json");

    private final String name;
    private final Machine machine;
    private final SimulatedDisk disk;
    private final Surroundings around;
    private final MonotonicClock clock;
    private final OkHttpClient http;
    private final EpochPromises promises;
    private final SimulatedDatabase database;
    private final SimulatedStage stage;
    private final SimulatedRole role;
    private final SimulatedLease leases;

    private SimulatedNode(Machine machine, SimulatedDisk disk, Surroundings around) throws IOException {
        this.name = machine.name();
        this.machine = machine;
        this.disk = disk;
        this.around = around;
        this.clock = machine.clock();
        this.http = new OkHttpClient.Builder()
                .addInterceptor(new Transport(around.network(), name, clock, SILENCE))
                .build();
        Path directory = disk.path("/node");
        this.promises = EpochPromises.in(directory);
        this.database = new SimulatedDatabase(
                directory.resolve("app"),
                clock,
                position -> around.observer().shown(name, position),
                around.has(Defect.FOLLOWER_SHOWS_ALL));
        this.leases =
                new SimulatedLease(around.leases(), around.network(), machine, around.scheduler(), around.trusted());
        this.stage = new SimulatedStage(this, database);
        Takeover takeover = new Takeover(
                new NodeIdentity(name, true, 0, votersNeeded(), SILENCE),
                stage,
                promises,
                new Allegiance(
                        new MajorityTerms(name, Set.of(), SILENCE), promises, clock), // the lease is another kind
                new Members(directory.resolve("members.json"), name, clock),
                leases,
                this::askPromise,
                clock);
        this.role = new SimulatedRole(promises, leases, takeover, stage, this::fail, clock);
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
        around.network().listen(machine, new PeerService(name, role, database, promises, this::promised, clock));
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
        return around.has(Defect.ELECTION_WITHOUT_MAJORITY)
                ? Set.of()
                : new HashSet<>(around.durability().voters());
    }

    private void promised(Epoch epoch) {
        around.observer().promised(name, epoch, disk);
    }

    void fail(IOException failure) {
        around.scheduler().note(name + " has failed: " + failure);
        around.onFailure().accept(name);
    }

    String name() {
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
        return new PrimaryClient(http, primary, SimulatedDatabase.NAME, () -> "token", promised, name, SILENCE);
    }

    private PromiseReply askPromise(Member peer, PromiseRequest request) throws IOException {
        Request call = new Request.Builder()
                .url(peer.url().resolve("/v1/election/promise").toString())
                .post(RequestBody.create(ElectionCodec.encode(request), JSON))
                .build();
        try (Response response = http.newCall(call).execute()) {
            PrimaryClient.refuseUnlessOk(response);
            return ElectionCodec.decodeReply(response.body().bytes());
        }
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

    public void submit(Write write) {
        SimulatedTenure tenure = stage.tenure();
        if (tenure == null) {
            write.answer(Write.Outcome.NOT_EXECUTED);
        } else {
            tenure.submit(write);
        }
    }
}
