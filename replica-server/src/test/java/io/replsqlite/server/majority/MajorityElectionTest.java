package io.replsqlite.server.majority;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Epoch;
import io.replsqlite.lease.Candidate;
import io.replsqlite.lease.Lease;
import io.replsqlite.lease.LeaseHolder;
import io.replsqlite.lease.LeaseListener;
import io.replsqlite.lease.Member;
import io.replsqlite.server.ManualClock;
import io.replsqlite.server.majority.Beat.Kind;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One voter of five, a patience of one second, and others that answer when the test says so. */
class MajorityElectionTest {
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final MajorityTerms TERMS = new MajorityTerms("a", Set.of("a", "b", "c", "d", "e"), PATIENCE);

    /** A word to another node that has no answer yet. */
    private record Sent(String to, Beat beat, CompletableFuture<BeatReply> answer) {
        void agree() {
            answer(true, "");
        }

        void answer(boolean agrees, String objection) {
            boolean ignored = answer.complete(new BeatReply(to, beat.epoch(), "", agrees, "", objection));
        }

        void fail() {
            boolean ignored = answer.completeExceptionally(new IllegalStateException("no answer"));
        }
    }

    private final ManualClock clock = new ManualClock();
    private final KeptPromises promises = new KeptPromises();
    private final List<Sent> sent = new ArrayList<>();
    private final List<Lease> granted = new ArrayList<>();
    private final List<String> followed = new ArrayList<>();
    private final LeaseBelow below = new LeaseBelow(new SilentProvider(), new OwnThread("lease-below"), clock);
    private MajorityElection election;

    @BeforeEach
    void start() {
        promises.set(4, "b");
        Allegiance allegiance = new Allegiance(TERMS, promises, clock);
        election = new MajorityElection(
                TERMS,
                new Candidate("a", URI.create("http://a"), promises::highest),
                promises,
                allegiance,
                new HeldPeers(),
                new Told(),
                below,
                Runnable::run,
                clock,
                new Random(1));
    }

    @AfterEach
    void close() {
        below.close();
    }

    private void pass(long millis) {
        clock.advance(Duration.ofMillis(millis));
        election.tick();
    }

    /** Long enough to be free, quiet no more, and past every pause of a random while. */
    private void passLong() {
        pass(2_000);
    }

    private List<Sent> sent(Kind kind) {
        return sent.stream().filter(word -> word.beat().kind() == kind).toList();
    }

    private List<Sent> takeSent(Kind kind) {
        List<Sent> found = sent(kind);
        sent.clear();
        return found;
    }

    private MajorityDeadline lead() {
        passLong();
        takeSent(Kind.CANVASSING).subList(0, 2).forEach(Sent::agree);
        Lease lease = granted.get(granted.size() - 1);
        promises.set(lease.epoch().value(), "a");
        return (MajorityDeadline) lease.deadline();
    }

    private static Beat beat(Kind kind, long epoch, String node, String successor) {
        return new Beat(kind, new Epoch(epoch), node, URI.create("http://" + node), successor, TERMS.voting());
    }

    @Test
    void questionsThatDiedAreNoVotes() {
        passLong();
        List<Sent> asked = takeSent(Kind.CANVASSING);
        assertThat(asked).extracting(Sent::to).containsExactly("b", "c", "d", "e");
        asked.get(0).agree();
        asked.get(1).fail();
        asked.get(2).fail();
        assertThat(granted).as("two of five").isEmpty();
        asked.get(3).agree();
        assertThat(granted).hasSize(1);
    }

    @Test
    void aVoteThatComesAfterItsCanvassIsOverDoesNotCountForTheNext() {
        passLong();
        List<Sent> first = takeSent(Kind.CANVASSING);
        pass(600); // half of the patience is over
        passLong();
        List<Sent> second = takeSent(Kind.CANVASSING);
        assertThat(second).hasSize(4);
        first.forEach(Sent::agree);
        assertThat(granted).isEmpty();
        second.forEach(Sent::agree);
        assertThat(granted).hasSize(1);
    }

    @Test
    void aVoteWithAnObjectionDoesNotCount() {
        passLong();
        takeSent(Kind.CANVASSING).forEach(word -> word.answer(true, "node " + word.to() + " has other voters"));
        assertThat(granted).isEmpty();
        assertThat(election.obstacle()).contains("has other voters");
    }

    /** Of the voters of a tenure that is over, none has said anything about the next one. */
    @Test
    void theAnswersToTheBeatsOfATenureThatIsOverDoNotCountForTheNext() {
        MajorityDeadline first = lead();
        pass(150);
        List<Sent> late = takeSent(Kind.ACQUIRING);
        assertThat(late).hasSize(4);
        var ignored = election.resign("", Duration.ZERO);
        MajorityDeadline second = lead();
        pass(700);
        long until = second.atNanos();
        late.forEach(Sent::agree);
        assertThat(second.atNanos()).isEqualTo(until);
        assertThat(second).isNotSameAs(first);
        assertThat(sent(Kind.LEADING)).isEmpty();
    }

    @Test
    void theEndOfAnotherTenureIsNotTheEndOfThisOne() {
        MajorityDeadline present = lead();
        long epoch = granted.get(0).epoch().value();
        for (long other : new long[] {epoch - 1, epoch + 1}) {
            assertThat(election.revoke(new Epoch(other))).isFalse();
            election.resign(new Epoch(other), "b", Duration.ZERO);
        }
        assertThat(election.leads()).isTrue();
        assertThat(present.isRevoked()).isFalse();
        assertThat(sent(Kind.RELEASED)).isEmpty();
        assertThat(election.revoke(new Epoch(epoch))).isTrue();
        election.resign(new Epoch(epoch), "b", Duration.ZERO);
        assertThat(election.leads()).isFalse();
        assertThat(sent(Kind.RELEASED)).hasSize(4);
    }

    /** Node b is heard as the leader of epoch 4, a moment ago. */
    private void follow() {
        clock.advance(PATIENCE.multipliedBy(2)); // nothing binds this node
        election.heard(beat(Kind.LEADING, 4, "b", ""), true);
        assertThat(followed).containsExactly("b in 4");
    }

    private boolean triesWithin(long millis) {
        pass(millis);
        return !takeSent(Kind.CANVASSING).isEmpty();
    }

    @Test
    void theNamedSuccessorTriesAtOnce() {
        follow();
        election.heard(beat(Kind.RELEASED, 4, "b", "a"), false);
        assertThat(triesWithin(0)).isTrue();
    }

    @Test
    void whoIsNotNamedLeavesTheSuccessorItsTime() {
        follow();
        election.heard(beat(Kind.RELEASED, 4, "b", "c"), false);
        assertThat(triesWithin(999)).isFalse();
        assertThat(triesWithin(300)).isTrue();
    }

    @Test
    void whereNobodyIsNamedEachWaitsARandomWhileOnly() {
        follow();
        election.heard(beat(Kind.RELEASED, 4, "b", ""), false);
        assertThat(triesWithin(260)).isTrue();
    }

    @Test
    void whileTheLeaderIsHeardNobodyElseCanReleaseItsVoters() {
        follow();
        election.heard(beat(Kind.RELEASED, 5, "c", "a"), false);
        assertThat(triesWithin(500)).isFalse();
    }

    @Test
    void onceTheLeaderIsNotHeardTheWordOfALaterOneCounts() {
        follow();
        pass(1_000);
        sent.clear();
        election.heard(beat(Kind.RELEASED, 5, "c", "a"), false);
        assertThat(triesWithin(0)).isTrue();
    }

    @Test
    void theEndOfAnEarlierTenureOfTheLeaderFreesNobody() {
        follow();
        election.heard(beat(Kind.RELEASED, 3, "b", "a"), false);
        assertThat(triesWithin(500)).isFalse();
    }

    private final class HeldPeers implements Peers {
        @Override
        public List<Member> others() {
            return List.of("b", "c", "d", "e").stream()
                    .map(name -> new Member(name, URI.create("http://" + name), true))
                    .toList();
        }

        @Override
        public CompletableFuture<BeatReply> send(Member peer, Beat beat) {
            Sent word = new Sent(peer.nodeName(), beat, new CompletableFuture<>());
            sent.add(word);
            return word.answer();
        }
    }

    private final class Told implements LeaseListener {
        @Override
        public void granted(Lease lease) {
            granted.add(lease);
        }

        @Override
        public void lost(String reason) {}

        @Override
        public void heldBy(LeaseHolder holder) {
            followed.add(holder.nodeName() + " in " + holder.epoch());
        }
    }
}
