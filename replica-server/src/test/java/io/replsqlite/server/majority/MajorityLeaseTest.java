package io.replsqlite.server.majority;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Epoch;
import io.replsqlite.lease.Candidate;
import io.replsqlite.lease.Lease;
import io.replsqlite.lease.LeaseDeadline;
import io.replsqlite.lease.LeaseHolder;
import io.replsqlite.lease.LeaseListener;
import io.replsqlite.lease.Member;
import io.replsqlite.server.ManualClock;
import io.replsqlite.server.majority.Beat.Kind;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a voter of three answers to words of node a, which it has promised epoch 4. */
class MajorityLeaseTest {
    private static final Set<String> VOTERS = Set.of("a", "b", "c");
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final VotingTerms SAME = new VotingTerms(VOTERS, PATIENCE);
    private static final List<VotingTerms> OTHERS = List.of(
            new VotingTerms(VOTERS, Duration.ofMillis(900)),
            new VotingTerms(Set.of("a", "b"), PATIENCE),
            new VotingTerms(Set.of("a", "c", "d"), PATIENCE)); // without this node, which votes by its own list

    private final ManualClock clock = new ManualClock();
    private final KeptPromises promises = new KeptPromises();
    private final MajorityTerms terms = new MajorityTerms("b", VOTERS, PATIENCE);
    private final Allegiance allegiance = new Allegiance(terms, promises, clock);
    private final MajorityLease lease = new MajorityLease(
            terms, new SilentProvider(), promises, allegiance, new Nobody(), OwnThread::new, clock, new Random(1));

    @AfterEach
    void close() {
        lease.close();
    }

    private static final class Nobody implements Peers {
        @Override
        public List<Member> others() {
            return List.of();
        }

        @Override
        public CompletableFuture<BeatReply> send(Member peer, Beat beat) {
            throw new IllegalStateException("there is nobody to tell");
        }
    }

    private BeatReply answer(Kind kind, long epoch, VotingTerms asked) {
        return lease.answer(new Beat(kind, new Epoch(epoch), "a", URI.create("http://a"), "", asked));
    }

    private static long epochOf(Kind kind) {
        return kind == Kind.CANVASSING ? 5 : 4;
    }

    @ParameterizedTest
    @EnumSource(names = {"CANVASSING", "ACQUIRING", "LEADING"})
    void aNodeThatCountsVotesOtherwiseGetsNoneAndBindsNobody(Kind kind) throws Exception {
        allegiance.promise(new Epoch(4), "a");
        clock.advance(PATIENCE);
        for (VotingTerms other : OTHERS) {
            BeatReply refused = answer(kind, epochOf(kind), other);
            assertThat(refused.agrees()).as("%s", other).isFalse();
            assertThat(refused.objection()).contains(SAME.toString()).contains(other.toString());
            assertThat(allegiance.isBoundAgainst("c")).as("%s", other).isFalse();
        }
        BeatReply agreed = answer(kind, epochOf(kind), SAME);
        assertThat(agreed.agrees()).isTrue();
        assertThat(agreed.objection()).isEmpty();
    }

    /** The votes of nodes that neither side counts need no agreement. */
    @Test
    void aNodeThatDoesNotVoteForEitherObjectsToNothing() {
        MajorityTerms outside = new MajorityTerms("x", VOTERS, PATIENCE);
        OTHERS.forEach(other -> assertThat(outside.objectionTo(other)).isEmpty());
        assertThat(outside.objectionTo(new VotingTerms(Set.of("x", "a", "b"), PATIENCE)))
                .isNotEmpty();
    }

    /** A majority of one, which also holds the lease below. */
    private int timesGivenUpBelowAfterTheEndOf(long epochsBefore) throws Exception {
        MajorityTerms alone = new MajorityTerms("b", Set.of("b"), PATIENCE);
        KeptPromises own = new KeptPromises();
        SilentProvider below = new SilentProvider();
        BlockingQueue<Lease> granted = new LinkedBlockingQueue<>();
        MajorityLease ofOne = new MajorityLease(
                alone,
                below,
                own,
                new Allegiance(alone, own, clock),
                new Nobody(),
                OwnThread::new,
                clock,
                new Random(1));
        try {
            ofOne.start(new Candidate("b", URI.create("http://b"), own::highest), new Queue(granted));
            below.listener.granted(new Lease(new Epoch(9), LeaseDeadline.UNTIL_LOST));
            Lease tenure = granted.take();
            Epoch ended = new Epoch(tenure.epoch().value() - epochsBefore);
            ofOne.resign(ended, null, PATIENCE);
            assertThat(tenure.deadline().hasPassed(clock.nanoTime())).isEqualTo(epochsBefore == 0);
        } finally {
            ofOne.close(); // waits for what was said below
        }
        return below.resigned.get();
    }

    @Test
    @Timeout(20)
    void theEndOfAnEarlierTenureGivesUpNeitherThisOneNorTheLeaseBelow() throws Exception {
        assertThat(timesGivenUpBelowAfterTheEndOf(1)).isZero();
        assertThat(timesGivenUpBelowAfterTheEndOf(0)).isEqualTo(1);
    }

    private record Queue(BlockingQueue<Lease> granted) implements LeaseListener {
        @Override
        public void granted(Lease lease) {
            granted.add(lease);
        }

        @Override
        public void lost(String reason) {}

        @Override
        public void heldBy(LeaseHolder holder) {}
    }

    /** Such as the words of a process that has started again, before it has asked for anything. */
    @Test
    void whoWasPromisedNothingIsNoSignOfLife() throws Exception {
        allegiance.promise(new Epoch(4), "c");
        clock.advance(PATIENCE);
        assertThat(answer(Kind.LEADING, 4, SAME).agrees()).isFalse();
        assertThat(answer(Kind.LEADING, 3, SAME).agrees()).isFalse();
        assertThat(allegiance.follows()).isEmpty();
    }
}
