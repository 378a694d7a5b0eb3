package io.replsqlite.server.follow;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.base.Position;
import io.replsqlite.base.PositionGate;
import io.replsqlite.server.log.ChangeLog;
import io.replsqlite.server.store.LostLog;
import io.replsqlite.server.stream.Acknowledgement;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import okhttp3.Call;
import org.jspecify.annotations.Nullable;

/**
 * Tells the primary what is durable here, as soon as it is, and takes the answer as a probe: it left here at a known
 * moment and brings the primary's head. When nothing happens it probes at an interval, which keeps an idle replica fresh.
 */
final class AckSender {
    private static final Logger LOG = System.getLogger(AckSender.class.getName());

    private static final Duration JOIN = Duration.ofMillis(20);

    /** How soon the record that begins the epoch is noticed: it has no txid of its own, so nobody is woken by it. */
    private static final Duration LOOK_FOR_EPOCH = Duration.ofMillis(1);

    private final PrimaryClient primary;
    private final Epoch epoch;
    private final ChangeLog log;
    private final PositionGate durable;
    private final PositionGate applied;
    private final LostLog lostLog;
    private final FollowerListener listener;
    private final Duration probeInterval;
    private final MonotonicClock clock;
    private final Thread thread;
    private volatile boolean stopping;
    private long levelAt = -1; // on the thread only
    private volatile @Nullable Call underWay;

    AckSender(
            String databaseName,
            PrimaryClient primary,
            Epoch epoch,
            ChangeLog log,
            PositionGate applied,
            LostLog lostLog,
            FollowerListener listener,
            Duration probeInterval,
            MonotonicClock clock) {
        this.primary = primary;
        this.epoch = epoch;
        this.log = log;
        this.durable = log.durableGate();
        this.applied = applied;
        this.lostLog = lostLog;
        this.listener = listener;
        this.probeInterval = probeInterval;
        this.clock = clock;
        this.thread = NamedThreads.single("ack-" + databaseName, this::run);
    }

    void start() {
        thread.start();
    }

    /** Returns once the thread has ended. A call under way is cancelled: a primary that hangs must hold nobody up. */
    void stop() {
        stopping = true;
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            durable.wakeAll(); // again and again: the thread may not have begun to wait, or to call, yet
            Call call = underWay;
            if (call != null) {
                call.cancel();
            }
            try {
                ended = NamedThreads.join(thread, JOIN, clock);
            } catch (InterruptedException later) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        long acknowledged = -1;
        try {
            while (!stopping) {
                Position target = log.durableHead();
                if (sendOne(target)) {
                    acknowledged = target.txid().value();
                }
                awaitNews(acknowledged, target.epoch().equals(epoch));
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns once more is durable, or it is time for a probe. */
    private void awaitNews(long acknowledged, boolean hasEpoch) throws InterruptedException {
        Deadline probe = Deadline.after(probeInterval, clock);
        boolean more = false;
        boolean begun = hasEpoch;
        while (!begun && !more && !stopping && !probe.hasPassed()) {
            more = durable.await(acknowledged + 1, Deadline.after(LOOK_FOR_EPOCH, clock));
            begun = log.durableHead().epoch().equals(epoch);
        }
        if (hasEpoch) {
            boolean ignored = durable.await(acknowledged + 1, probe);
        }
    }

    /** With what the primary had when it first answered: it goes on meanwhile. */
    private void noteLevel(Position target, long headTxid) throws IOException {
        if (levelAt < 0) {
            levelAt = headTxid;
        }
        if (target.epoch().equals(epoch) && target.txid().value() >= levelAt) {
            lostLog.isLevel();
        }
    }

    private boolean sendOne(Position target) throws InterruptedException {
        long sentAt = clock.nanoTime();
        try {
            Call call = primary.acknowledge(
                    new Acknowledgement(epoch, target.epoch(), target.txid().value(), applied.currentValue()));
            underWay = call;
            Acknowledgement.Answer answer = PrimaryClient.answerOf(call);
            if (answer.epoch().equals(epoch)) {
                listener.probeAnswered(sentAt, answer.headTxid(), answer.committedTxid());
                noteLevel(target, answer.headTxid());
            }
            return true;
        } catch (IOException unreachable) {
            // The replica ages; that is all that may follow from this. The stream will notice by itself.
            LOG.log(Level.DEBUG, "no answer from {0}: {1}", primary.url(), unreachable.getMessage());
            if (!stopping) {
                boolean ignored = durable.await(Long.MAX_VALUE, Deadline.after(probeInterval, clock));
            }
            return false;
        }
    }
}
