package io.replsqlite.server.majority;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.lease.Member;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Nodes on one thread in simulated time, with clocks that run apart, and a network that delays and loses. After every step
 * it is checked that no two nodes that run may acknowledge, and that no epoch has had two leaders.
 */
final class SimulatedCluster {
    private static final long MILLI = 1_000_000;

    private final Random random;
    private final double fastestClock;
    private final PriorityQueue<Event> events = new PriorityQueue<>();
    private final List<SimulatedNode> nodes = new ArrayList<>();
    private final Map<Long, String> leaders = new HashMap<>();
    private final TreeSet<String> violations = new TreeSet<>();
    private long now;
    private long sequence;
    private boolean calm;

    private record Event(long at, long sequence, Runnable what) implements Comparable<Event> {
        @Override
        public int compareTo(Event other) {
            return at == other.at ? Long.compare(sequence, other.sequence) : Long.compare(at, other.at);
        }
    }

    /** @param fastestClock how much faster than the slowest clock the fastest may run */
    SimulatedCluster(long seed, int voters, int others, double fastestClock) {
        this.random = new Random(seed);
        this.fastestClock = fastestClock;
        List<String> names = new ArrayList<>();
        for (int i = 0; i < voters + others; i++) {
            names.add("node" + i);
        }
        MajorityTerms terms =
                new MajorityTerms("", java.util.Set.copyOf(names.subList(0, voters)), Duration.ofSeconds(1));
        for (String name : names) {
            nodes.add(new SimulatedNode(this, name, terms, clock()));
        }
        nodes.forEach(SimulatedNode::start);
        nodes.get(0).grantBelow(); // what founds a cluster
    }

    private MonotonicClock clock() {
        double rate = 1 + random.nextDouble() * (fastestClock - 1);
        long origin = random.nextInt(1_000_000_000);
        return new MonotonicClock() {
            @Override
            public long nanoTime() {
                return origin + (long) (now * rate);
            }

            @Override
            public long wallMillis() {
                return nanoTime() / MILLI;
            }
        };
    }

    Random random() {
        return random;
    }

    List<Member> members() {
        return nodes.stream().map(SimulatedNode::asMember).toList();
    }

    void after(long millis, Runnable what) {
        events.add(new Event(now + millis * MILLI, sequence++, what));
    }

    /** Asks a node, over the network; some questions and some answers never arrive. */
    <T> CompletableFuture<T> call(
            SimulatedNode from, String to, java.util.function.Function<SimulatedNode, T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        SimulatedNode asked = named(to);
        int process = from.process();
        Runnable lost =
                () -> from.arrive(process, () -> answer.completeExceptionally(new IllegalStateException("lost")));
        after(1_500, lost);
        if (!isLost()) {
            after(
                    delay(),
                    () -> asked.arrive(asked.process(), () -> {
                        T said = question.apply(asked);
                        if (!isLost()) {
                            after(delay(), () -> from.arrive(process, () -> answer.complete(said)));
                        }
                    }));
        }
        return answer;
    }

    private boolean isLost() {
        return !calm && random.nextInt(8) == 0;
    }

    private long delay() {
        return !calm && random.nextInt(20) == 0 ? random.nextInt(1_400) : 1 + random.nextInt(20);
    }

    private SimulatedNode named(String name) {
        return nodes.stream()
                .filter(node -> node.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** A node is open for writes in this epoch. */
    void opened(SimulatedNode node, long epoch) {
        String other = leaders.putIfAbsent(epoch, node.name());
        if (other != null && !other.equals(node.name())) {
            violations.add("epoch " + epoch + " was led by " + other + " and " + node.name());
        }
    }

    /** Faults at random, for a number of steps. */
    void run(int steps) {
        for (int i = 0; i < steps; i++) {
            step();
            if (random.nextInt(60) == 0) {
                disturb(nodes.get(random.nextInt(nodes.size())));
            }
        }
    }

    private void disturb(SimulatedNode node) {
        switch (random.nextInt(6)) {
            case 0 -> node.pause(random.nextInt(3_000));
            case 1 -> node.restart(random.nextInt(1_500));
            case 2 -> node.grantBelow();
            case 3 -> node.loseBelow();
            case 4 -> node.handOffTo(nodes.get(random.nextInt(nodes.size())).name());
            default -> node.suspectSomebody();
        }
    }

    private void step() {
        Event next = events.poll();
        if (next != null) {
            now = next.at();
            next.what().run();
            List<String> able = nodes.stream()
                    .filter(SimulatedNode::mayAcknowledge)
                    .map(SimulatedNode::name)
                    .toList();
            if (able.size() > 1) {
                violations.add(able + " may acknowledge at once");
            }
        }
    }

    /** No more faults; whether somebody leads within this time. */
    boolean recovers(long millis) {
        calm = true;
        long end = now + millis * MILLI;
        Supplier<Boolean> leads = () -> nodes.stream().anyMatch(SimulatedNode::mayAcknowledge);
        while (now < end) {
            step();
        }
        return leads.get();
    }

    /** Of those who may acknowledge; null if nobody leads. */
    SimulatedNode leader() {
        return nodes.stream().filter(SimulatedNode::mayAcknowledge).findFirst().orElse(null);
    }

    /** Nodes that could never take a record of the one who leads: they have promised its epoch to another, or a later one. */
    List<String> leftBehind() {
        SimulatedNode leader = leader();
        return nodes.stream()
                .filter(node -> leader == null || !node.canFollow(leader.epochLed(), leader.name()))
                .map(SimulatedNode::name)
                .toList();
    }

    List<SimulatedNode> nodes() {
        return nodes;
    }

    int epochsLed() {
        return leaders.size();
    }

    TreeSet<String> violations() {
        return violations;
    }
}
