package io.replsqlite.harness.simulation.net;

import io.replsqlite.harness.simulation.schedule.Machine;
import io.replsqlite.harness.simulation.schedule.Scheduler;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** Who can reach whom, and how long it takes. */
public final class Network {
    /** Such calls may be made twice, as a client does that has lost the answer. */
    private static final Set<String> REPEATABLE = Set.of("ack", "promise", "beat");

    private static final double REPEATED = 0.02;

    private final Scheduler scheduler;
    private final Random random;
    private final Map<String, Listener> listeners = new HashMap<>();
    private final Set<Direction> cut = new HashSet<>();
    private final Set<String> away = new HashSet<>();
    private final List<Exchange> open = new ArrayList<>();
    private long slowestMicros = 2_000;

    private record Direction(String from, String to) {}

    private record Listener(Machine machine, Service service) {}

    public Network(Scheduler scheduler, Random random) {
        this.scheduler = scheduler;
        this.random = random;
    }

    Scheduler scheduler() {
        return scheduler;
    }

    /** Until the machine's next crash. */
    public void listen(Machine machine, Service service) {
        listeners.put(machine.name(), new Listener(machine, service));
    }

    /** Its connections break, and nobody answers. */
    public void crashed(String name) {
        listeners.remove(name);
        breakConnections(
                exchange -> exchange.client().equals(name) || exchange.server().equals(name));
    }

    public void slowest(Duration delay) {
        slowestMicros = delay.toNanos() / 1_000;
    }

    /** @return whether that way was open */
    public boolean cut(String from, String to) {
        return cut.add(new Direction(from, to));
    }

    public void heal() {
        cut.clear();
    }

    /** Nobody reaches that one, until it is told back: healing does not help. */
    public void away(String name, boolean isAway) {
        if (isAway) {
            away.add(name);
        } else {
            away.remove(name);
        }
    }

    public boolean isUp(String from, String to) {
        return !cut.contains(new Direction(from, to)) && !away.contains(from) && !away.contains(to);
    }

    /** Breaks each connection with this likelihood. */
    public void breakSome(double likelihood) {
        breakConnections(exchange -> random.nextDouble() < likelihood);
    }

    private void breakConnections(java.util.function.Predicate<Exchange> which) {
        open.removeIf(Exchange::isOver);
        for (Exchange exchange : open) {
            if (which.test(exchange)) {
                exchange.cut();
            }
        }
    }

    Duration delay() {
        long micros = random.nextInt(100) == 0 ? slowestMicros : 50 + random.nextInt(500);
        return Duration.ofNanos(micros * 1_000);
    }

    /** Sends a request; the answer comes through what is returned. */
    Exchange call(String client, String server, WireRequest request) {
        Exchange exchange = new Exchange(this, client, server, request);
        open.removeIf(Exchange::isOver);
        open.add(exchange);
        new Pipe(this, client, server).send(() -> arrive(exchange));
        if (REPEATABLE.contains(request.path()) && random.nextDouble() < REPEATED) {
            Exchange unheard = new Exchange(this, client, server, request);
            new Pipe(this, client, server).send(() -> scheduler.at(delay(), () -> arrive(unheard)));
        }
        return exchange;
    }

    private void arrive(Exchange exchange) {
        Listener listener = listeners.get(exchange.server());
        if (listener == null) {
            exchange.cut(); // connection refused
            return;
        }
        String name = exchange.server() + " " + exchange.request().path() + " for " + exchange.client();
        Thread ignored = scheduler.start(listener.machine(), name, () -> serve(listener.service(), exchange));
    }

    private static void serve(Service service, Exchange exchange) {
        try {
            service.serve(exchange);
        } catch (IOException clientIsGone) {
            exchange.cut();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            exchange.cut();
        }
    }
}
