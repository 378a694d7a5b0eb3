package io.replsqlite.harness.torture;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.harness.cluster.LocalCluster;
import io.replsqlite.harness.history.Recorder;
import io.replsqlite.harness.rig.Rig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;

/** The clients of one round: one of each kind beside each node. For one thread. */
final class Crowd implements AutoCloseable {
    private static final List<Function<Seat, Client>> KINDS =
            List.of(LedgerClient::new, RegisterClient::new, ListClient::new, BankClient::new, BoundedReader::new);

    static final int CLIENTS = KINDS.size() * Rig.NODES;

    /** Longer than any operation may take. */
    private static final Duration ENDED_WITHIN = Duration.ofSeconds(60);

    private final CountDownLatch stop = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();

    private Crowd() {}

    /** @param random a client's choices follow from it and from nothing else */
    static Crowd start(int round, LocalCluster cluster, Recorder recorder, Random random) {
        Crowd crowd = new Crowd();
        int number = firstClient(round);
        for (int node = 1; node <= Rig.NODES; node++) {
            for (Function<Seat, Client> kind : KINDS) {
                Random own = new Random(random.nextLong());
                Seat seat = new Seat(round, number, node, cluster, recorder, own, crowd.stop);
                crowd.threads.add(NamedThreads.single("client-" + number, kind.apply(seat)));
                number++;
            }
        }
        crowd.threads.forEach(Thread::start);
        return crowd;
    }

    /** Numbers are never used again. */
    static int firstClient(int round) {
        return 1 + round * CLIENTS;
    }

    /** Lets every client end its operation. */
    void stop() throws IOException, InterruptedException {
        stop.countDown();
        Deadline deadline = Deadline.after(ENDED_WITHIN, MonotonicClock.SYSTEM);
        for (Thread thread : threads) {
            thread.join(Math.max(1, deadline.remainingNanos() / 1_000_000));
            if (thread.isAlive()) {
                throw new IOException(thread.getName() + " hangs in " + List.of(thread.getStackTrace()));
            }
        }
    }

    @Override
    public void close() {
        stop.countDown();
        threads.forEach(Thread::interrupt);
    }
}
