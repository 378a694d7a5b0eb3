package io.replsqlite.server.election;

import io.replsqlite.base.NamedThreads;
import io.replsqlite.lease.Member;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

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
        if (peers.isEmpty()) {
            return List.of();
        }
        ExecutorService threads = Executors.newFixedThreadPool(peers.size(), NamedThreads.of("election"));
        try {
            List<Future<PeerAnswer>> asked = new ArrayList<>();
            for (Member peer : peers) {
                asked.add(threads.submit(() -> ask(peer, question)));
            }
            List<PeerAnswer> answers = new ArrayList<>();
            for (int i = 0; i < asked.size(); i++) {
                answers.add(answer(asked.get(i), peers.get(i)));
            }
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }

    private static PeerAnswer answer(Future<PeerAnswer> asked, Member peer) throws InterruptedException {
        try {
            return asked.get();
        } catch (ExecutionException failed) {
            return new PeerAnswer.Silent(peer, String.valueOf(failed.getCause()));
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
