package io.replsqlite.server.majority;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.lease.Candidate;
import io.replsqlite.lease.Lease;
import io.replsqlite.lease.LeaseException;
import io.replsqlite.lease.LeaseHolder;
import io.replsqlite.lease.LeaseListener;
import io.replsqlite.lease.LeaseProvider;
import io.replsqlite.lease.Member;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A lease by the majority of the voters, above another provider. Hands every word to the thread {@code majority}, where
 * {@link MajorityElection} lives; answers beats on the thread that brings them.
 */
public final class MajorityLease implements LeaseProvider {
    private static final Logger LOG = System.getLogger(MajorityLease.class.getName());
    private static final int TICKS_IN_A_BEAT = 4;

    /** What the others get to hear that this node leads no more, before its process may end. */
    private static final Duration LAST_WORD = Duration.ofMillis(300);

    private final MajorityTerms terms;
    private final LeaseProvider provider;
    private final LeaseBelow below;
    private final PromiseStore promises;
    private final Allegiance allegiance;
    private final Peers peers;
    private final MonotonicClock clock;
    private final RandomGenerator random;
    private final SerialThread thread;
    private volatile @Nullable MajorityElection election;

    /** @param threads makes a thread for a purpose; two are made, and ended with this */
    public MajorityLease(
            MajorityTerms terms,
            LeaseProvider provider,
            PromiseStore promises,
            Allegiance allegiance,
            Peers peers,
            Function<String, SerialThread> threads,
            MonotonicClock clock,
            RandomGenerator random) {
        this.terms = terms;
        this.provider = provider;
        this.thread = threads.apply("majority");
        this.below = new LeaseBelow(provider, threads.apply("lease-below"), clock);
        this.promises = promises;
        this.allegiance = allegiance;
        this.peers = peers;
        this.clock = clock;
        this.random = random;
    }

    /** The voters need not wait for the provider below, which may be away for long. */
    @Override
    public void start(Candidate self, LeaseListener listener) throws LeaseException {
        MajorityElection begun = new MajorityElection(
                terms, self, promises, allegiance, peers, listener, below, this::post, clock, random);
        election = begun;
        long tickMillis = Math.max(1, terms.beatInterval().toMillis() / TICKS_IN_A_BEAT);
        thread.repeat(() -> guarded(begun::tick), Duration.ofMillis(tickMillis));
        provider.start(self, new OnBelow(begun));
    }

    private void post(Runnable step) {
        try {
            thread.execute(() -> guarded(step));
        } catch (RejectedExecutionException closed) {
            LOG.log(Level.DEBUG, "the lease is closed", closed);
        }
    }

    /** A defect must not end the beats without a word. */
    private static void guarded(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException defect) {
            LOG.log(Level.WARNING, "a step of the election by majority failed", defect);
        }
    }

    /** Answers another node at once, on any thread. */
    public BeatReply answer(Beat beat) {
        String objection = terms.objectionTo(beat.terms());
        boolean agrees = switch (beat.kind()) {
            case CANVASSING -> objection.isEmpty() && allegiance.wouldPromise(beat.epoch(), beat.node());
            case ACQUIRING, LEADING -> objection.isEmpty() && allegiance.heard(beat.epoch(), beat.node());
            case RELEASED -> {
                allegiance.released(beat.epoch(), beat.node());
                yield false;
            }
        };
        MajorityElection present = election;
        if (present != null) {
            post(() -> present.heard(beat, agrees));
        }
        Epoch promised = promises.highest();
        return new BeatReply(
                terms.self(), promised, promises.promisedTo(promised), agrees, allegiance.follows(), objection);
    }

    @Override
    public List<Member> members() {
        return provider.members();
    }

    @Override
    public void resign(@Nullable String successor, Duration pause) {
        MajorityElection present = election;
        if (present != null) {
            boolean ignored = present.revoke();
            post(() -> {
                var unused = present.resign(successor == null ? "" : successor, pause);
            });
        }
        below.leaveTo(successor == null ? "" : successor, pause);
    }

    /** The thread {@code majority} may have begun the next tenure before the node has ended this one. */
    @Override
    public void resign(Epoch tenure, @Nullable String successor, Duration pause) {
        MajorityElection present = election;
        if (present == null || !present.revoke(tenure)) {
            return;
        }
        post(() -> present.resign(tenure, successor == null ? "" : successor, pause));
        below.leaveTo(successor == null ? "" : successor, pause);
    }

    /** Who does not vote begins only with the lease below, which only its holder can pass on. */
    @Override
    public Optional<String> obstacleTo(String successor) {
        return terms.voters().contains(successor) || below.isHeld()
                ? Optional.empty()
                : Optional.of("it does not vote, and this node has no lease (" + provider.describe()
                        + ") that it could leave to it");
    }

    @Override
    public void confirm() {
        provider.confirm();
    }

    @Override
    public String describe() {
        return "a majority of "
                + String.join(", ", terms.voters().stream().sorted().toList()) + "; begun by " + provider.describe();
    }

    @Override
    public Optional<String> note() {
        MajorityElection present = election;
        String absence = below.absence();
        if (present == null) {
            return Optional.empty();
        }
        return present.leads() && absence != null
                ? Optional.of("leads by its majority; the lease (" + provider.describe() + ") is not held: " + absence)
                : Optional.ofNullable(present.obstacle());
    }

    /** The node has ended its writes: the others need not wait until they miss it. */
    @Override
    public void close() {
        MajorityElection present = election;
        if (present != null && present.revoke()) {
            CompletableFuture<?>[] told = lastWord(present);
            try {
                CompletableFuture.allOf(told).get(LAST_WORD.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
            } catch (ExecutionException | TimeoutException unheard) {
                LOG.log(Level.DEBUG, "not every node has heard that this one stops", unheard);
            }
        }
        thread.stop();
        below.close();
    }

    private CompletableFuture<?>[] lastWord(MajorityElection present) {
        CompletableFuture<CompletableFuture<?>[]> sent = new CompletableFuture<>();
        post(() -> sent.complete(present.resign("", terms.patience()).toArray(CompletableFuture<?>[]::new)));
        return sent.completeOnTimeout(new CompletableFuture<?>[0], LAST_WORD.toMillis(), TimeUnit.MILLISECONDS)
                .join();
    }

    /** Hands what the provider below says to the thread, in order. */
    private final class OnBelow implements LeaseListener {
        private final MajorityElection told;

        OnBelow(MajorityElection told) {
            this.told = told;
        }

        @Override
        public void granted(Lease lease) {
            below.granted(lease);
            LOG.log(Level.INFO, "the lease below is granted in epoch {0}", lease.epoch());
            post(told::tick);
        }

        @Override
        public void lost(String reason) {
            below.lost(reason);
            LOG.log(Level.WARNING, "the lease below is lost, the majority decides: {0}", reason);
        }

        @Override
        public void heldBy(LeaseHolder holder) {
            below.lost("held by node " + holder.nodeName());
            post(() -> told.heldBelow(holder));
        }
    }
}
