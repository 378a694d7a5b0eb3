package io.replsqlite.harness.simulation;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Position;
import io.replsqlite.harness.simulation.Storm.Weather;
import io.replsqlite.harness.simulation.node.Defect;
import io.replsqlite.harness.simulation.node.SimulatedNode;
import io.replsqlite.harness.simulation.node.Write;
import io.replsqlite.harness.simulation.schedule.Machine;
import io.replsqlite.harness.simulation.schedule.MachineClock;
import io.replsqlite.harness.simulation.schedule.Scheduler;
import io.replsqlite.server.log.ChangeLog;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One seed: a cluster, clients that write, and faults for some seconds of simulated time; then everything is healed, and the
 * cluster must come together.
 */
public final class Simulation {
    private static final Duration STORM = Duration.ofSeconds(12);
    private static final Duration FORMING = Duration.ofSeconds(5);
    private static final Duration CALM = Duration.ofSeconds(40);
    private static final Duration ANSWER = Duration.ofSeconds(3);
    private static final int CLIENTS = 2;

    private final long seed;
    private final Random random;
    private final Scheduler scheduler;
    private final Cluster cluster;
    private final Storm storm;
    private final Machine outside;
    private final AtomicLong values = new AtomicLong();
    private final Weather weather;
    private boolean writing = true;
    private long unknown;

    private Simulation(long seed, Set<Defect> defects) {
        this.seed = seed;
        this.random = new Random(seed);
        this.scheduler = new Scheduler(new Random(random.nextLong()));
        this.weather = weather(leadsByMajority(seed), random.nextBoolean());
        this.cluster = new Cluster(scheduler, new Random(random.nextLong()), plan(defects));
        this.storm = new Storm(cluster, scheduler, new Random(random.nextLong()), weather);
        this.outside = new Machine("clients", new MachineClock(scheduler.trueClock()::nanoTime, 1, 0));
    }

    /** In every other seed a majority of the voters is the lease, in the rest it is one from outside. */
    public static boolean leadsByMajority(long seed) {
        return seed % 2 == 0;
    }

    private static Weather weather(boolean majority, boolean careless) {
        if (majority) {
            return careless ? Weather.BEATS_ARE_LOST_AND_CLOCKS_JUMP : Weather.BEATS_ARE_LOST;
        }
        return careless ? Weather.LEASE_IS_STOLEN : Weather.LEASE_HOLDS;
    }

    private Cluster.Plan plan(Set<Defect> defects) {
        boolean trustsTooLong = weather == Weather.LEASE_IS_STOLEN || weather.isMajority();
        int nodes = random.nextInt(4) == 0 ? 5 : 3;
        int voters = weather.isMajority() && random.nextBoolean() ? 3 : nodes;
        return new Cluster.Plan(
                nodes,
                voters,
                weather.isMajority(),
                trustsTooLong ? Duration.ofSeconds(6) : Duration.ofMillis(1_500),
                weather == Weather.BEATS_ARE_LOST,
                defects);
    }

    public static SimulationResult run(long seed) {
        return run(seed, EnumSet.noneOf(Defect.class));
    }

    /** With deliberate bugs, which should not go unnoticed. */
    public static SimulationResult run(long seed, Set<Defect> defects) {
        return new Simulation(seed, defects).run();
    }

    private SimulationResult run() {
        @Nullable Throwable failure = scheduler.run(this::script);
        String violation = failure == null ? null : String.valueOf(failure);
        List<String> last = scheduler.trace().last();
        return new SimulationResult(
                seed,
                violation,
                scheduler.trace().hash(),
                scheduler.steps(),
                cluster.crashes(),
                storm.partitions(),
                cluster.witness().tenures(),
                cluster.witness().acknowledgements(),
                unknown,
                cluster.witness().checks(),
                last);
    }

    private void script() throws IOException {
        try {
            scheduler.afterEachStep(cluster::look);
            cluster.places().forEach(cluster::start);
            for (int i = 1; i <= CLIENTS; i++) {
                Thread ignored = scheduler.start(outside, "client " + i, this::write);
            }
            awaitForming();
            storm.blow(STORM);
            storm.end();
            awaitConvergence();
        } finally {
            takeDown();
        }
    }

    /** A majority may have to do without what lies below, so its nodes must have heard of each other. */
    private void awaitForming() {
        if (weather.isMajority() && !scheduler.await(cluster::isFormed, deadline(FORMING)) && !scheduler.hasFailed()) {
            throw new AssertionError("a healthy cluster has no primary in " + FORMING);
        }
    }

    /** To one of those who believe that they lead, else to anybody. */
    private void write() {
        while (writing) {
            List<SimulatedNode> leading = cluster.leading();
            List<SimulatedNode> targets = leading.isEmpty() ? cluster.running() : leading;
            if (!targets.isEmpty()) {
                writeTo(targets.get(random.nextInt(targets.size())));
            }
            scheduler.pause(Duration.ofMillis(20 + random.nextInt(150)), scheduler.trueClock());
        }
    }

    private void writeTo(SimulatedNode node) {
        Write write = new Write(values.incrementAndGet());
        node.submit(write);
        boolean answered = scheduler.await(write::isAnswered, deadline(ANSWER));
        if (!answered || write.outcome() == Write.Outcome.UNKNOWN) {
            unknown++;
        }
    }

    private Deadline deadline(Duration wait) {
        return Deadline.after(wait, scheduler.trueClock());
    }

    /** Everything works again: within a bounded time a write is acknowledged, and all logs end alike. */
    private void awaitConvergence() throws IOException {
        long before = cluster.witness().acknowledgements();
        boolean written =
                scheduler.await(() -> cluster.witness().acknowledgements() > before + 1 || isOver(), deadline(CALM));
        writing = false;
        boolean level = written && scheduler.await(() -> isLevel() || isOver(), deadline(CALM));
        if (scheduler.hasFailed()) {
            return;
        }
        if (!written || !level) {
            throw new AssertionError("with everything healed, "
                    + (written ? "the logs do not become equal" : "no write is acknowledged") + ": " + standing());
        }
        for (Cluster.Place place : cluster.places()) {
            SimulatedNode node = place.node();
            ChangeLog log = node == null ? null : node.log();
            if (log != null) {
                cluster.witness().requireAll(place.name(), place.disk(), log);
            }
        }
    }

    private boolean isOver() {
        return scheduler.hasFailed();
    }

    private boolean isLevel() {
        List<SimulatedNode> leading = cluster.leading();
        Position head = leading.size() == 1 ? leading.get(0).durableHead() : null;
        for (Cluster.Place place : cluster.places()) {
            SimulatedNode node = place.node();
            if (head == null || node == null || !head.equals(node.durableHead())) {
                return false;
            }
        }
        return true;
    }

    private String standing() {
        StringBuilder text = new StringBuilder();
        for (Cluster.Place place : cluster.places()) {
            SimulatedNode node = place.node();
            text.append(place.name()).append(node == null ? " down; " : " at " + node.durableHead() + "; ");
        }
        return text.toString();
    }

    /** No thread is left behind. */
    private void takeDown() {
        scheduler.afterEachStep(() -> {});
        cluster.close();
        scheduler.crash(outside);
        scheduler.awaitAlone();
    }
}
