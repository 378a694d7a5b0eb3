package io.replsqlite.server.election;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.base.PositionGate;
import io.replsqlite.base.Txid;
import io.replsqlite.lease.Member;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Asks every other node for its promise, all at once, while its caller does its own part. For one thread. */
public final class PromiseRound {
    /** Where a majority of voters decides, who does not vote is waited for no longer than a node needs that is well. */
    private static final Duration OTHERS_GET = Duration.ofMillis(500);

    private final List<Member> peers;
    private final AtomicReferenceArray<@Nullable PeerAnswer> answers;
    private final AtomicInteger ended = new AtomicInteger();

    /** How many have ended. */
    private final PositionGate news = new PositionGate(Txid.ZERO);

    private final Deadline others;
    private final MonotonicClock clock;

    private PromiseRound(List<Member> peers, MonotonicClock clock) {
        this.peers = peers;
        this.answers = new AtomicReferenceArray<>(peers.size());
        this.others = Deadline.after(OTHERS_GET, clock);
        this.clock = clock;
    }

    /** One question to one node; fails within a bounded time if there is no answer. */
    @FunctionalInterface
    public interface Question {
        PromiseReply ask(Member peer) throws IOException;
    }

    /** The questions are on their way when this returns. */
    public static PromiseRound begin(List<Member> peers, Question question, MonotonicClock clock) {
        PromiseRound round = new PromiseRound(peers, clock);
        ThreadFactory threads = NamedThreads.of("election");
        for (int i = 0; i < peers.size(); i++) {
            int place = i;
            threads.newThread(() -> round.ask(place, question)).start();
        }
        return round;
    }

    private void ask(int place, Question question) {
        try {
            answers.set(place, answer(peers.get(place), question));
        } finally {
            news.advance(ended.incrementAndGet());
        }
    }

    /**
     * Returns when each voter has answered or failed to, and the rest too or had half a second; without voters, when each
     * node has. Sooner if the answers so far are enough.
     */
    public List<PeerAnswer> await(Set<String> voters, Predicate<List<PeerAnswer>> enough) throws InterruptedException {
        long seen = news.currentValue();
        List<PeerAnswer> known = known();
        while (seen < peers.size() && !enough.test(known)) {
            boolean mustWait = isWaitedFor(voters);
            if (!mustWait && others.hasPassed()) {
                break;
            }
            boolean ignored = news.await(seen + 1, mustWait ? Deadline.after(OTHERS_GET, clock) : others);
            seen = news.currentValue();
            known = known();
        }
        return known;
    }

    /** Whether a node has not answered that is waited for however long its question takes. */
    private boolean isWaitedFor(Set<String> voters) {
        for (int i = 0; i < peers.size(); i++) {
            boolean counts = voters.isEmpty() || voters.contains(peers.get(i).nodeName());
            if (counts && answers.get(i) == null) {
                return true;
            }
        }
        return false;
    }

    private List<PeerAnswer> known() {
        List<PeerAnswer> all = new ArrayList<>();
        for (int i = 0; i < peers.size(); i++) {
            PeerAnswer answer = answers.get(i);
            all.add(answer == null ? new PeerAnswer.Silent(peers.get(i), "no answer in time") : answer);
        }
        return all;
    }

    private static PeerAnswer answer(Member peer, Question question) {
        try {
            return ask(peer, question);
        } catch (IOException | RuntimeException failed) {
            return new PeerAnswer.Silent(peer, String.valueOf(failed));
        }
    }

    private static PeerAnswer ask(Member peer, Question question) throws IOException {
        PromiseReply reply = question.ask(peer);
        if (reply instanceof PromiseReply.Refused refused) {
            return new PeerAnswer.Refused(peer, refused.promised());
        }
        NodeReport report = ((PromiseReply.Promised) reply).report();
        if (!report.nodeName().equals(peer.nodeName())) {
            throw new IOException("node " + report.nodeName() + " answers at " + peer.url());
        }
        return new PeerAnswer.Promised(peer, report);
    }
}
