package io.replsqlite.harness.simulation.net;

import java.time.Duration;
import java.util.ArrayDeque;

/** One direction of a connection: what is sent arrives in order, later, and not while the direction is cut. */
final class Pipe {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(40);

    private final Network network;
    private final String from;
    private final String to;
    private final ArrayDeque<Runnable> underWay = new ArrayDeque<>();
    private boolean waking;

    Pipe(Network network, String from, String to) {
        this.network = network;
        this.from = from;
        this.to = to;
    }

    /** @param arrival runs at the other end, between two steps */
    void send(Runnable arrival) {
        underWay.add(arrival);
        if (!waking) {
            waking = true;
            network.scheduler().at(network.delay(), this::deliver);
        }
    }

    private void deliver() {
        if (!network.isUp(from, to)) {
            network.scheduler().at(LOOK_AGAIN, this::deliver);
            return;
        }
        waking = false;
        int count = underWay.size();
        for (int i = 0; i < count; i++) {
            underWay.remove().run();
        }
    }
}
