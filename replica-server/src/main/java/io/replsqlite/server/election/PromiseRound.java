package io.replsqlite.server.election;

import io.replsqlite.base.NamedThreads;
import io.replsqlite.lease.Member;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Asks every other node for its promise, all at once. */
public final class PromiseRound {
    private PromiseRound() {}

    /** One question to one node; fails within a bounded time if there is no answer. */
    @FunctionalInterface
    public interface Question {
        PromiseReply ask(Member peer) throws IOException;
    }

    /** Returns when each node has answered or failed to. */
    public static List<PeerAnswer> ask(List<Member> peers, Question question) throws InterruptedException {
        ThreadFactory threads = NamedThreads.of("election");
        AtomicReferenceArray<@Nullable PeerAnswer> answers = new AtomicReferenceArray<>(peers.size());
        List<Thread> asking = new ArrayList<>();
        for (int i = 0; i < peers.size(); i++) {
            int place = i;
            asking.add(threads.newThread(() -> answers.set(place, answer(peers.get(place), question))));
        }
        asking.forEach(Thread::start);
        for (Thread thread : asking) {
            NamedThreads.join(thread);
        }
        List<PeerAnswer> all = new ArrayList<>();
        for (int i = 0; i < peers.size(); i++) {
            PeerAnswer answer = answers.get(i);
            all.add(answer == null ? new PeerAnswer.Silent(peers.get(i), "nobody could ask") : answer);
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
