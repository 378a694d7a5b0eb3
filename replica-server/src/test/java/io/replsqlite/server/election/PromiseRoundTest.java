package io.replsqlite.server.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.lease.Member;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class PromiseRoundTest {
    private static final List<Member> PEERS = List.of(member("b"), member("c"), member("d"));

    private static Member member(String name) {
        return new Member(name, URI.create("http://" + name), true);
    }

    private static PromiseReply promised(Member peer) {
        return new PromiseReply.Promised(new NodeReport(peer.nodeName(), true, 1, List.of()));
    }

    private static List<PeerAnswer> ask(Set<String> voters, PromiseRound.Question question)
            throws InterruptedException {
        return PromiseRound.begin(PEERS, question, MonotonicClock.SYSTEM).await(voters, soFar -> false);
    }

    @Test
    void aNodeThatHangsAndDoesNotVoteIsNotWaitedFor() throws Exception {
        CountDownLatch hanging = new CountDownLatch(1);
        List<PeerAnswer> answers = ask(Set.of("a", "b", "c"), peer -> {
            if (peer.nodeName().equals("d")) {
                await(hanging);
            }
            return promised(peer);
        });
        hanging.countDown(); // not before the round was over
        assertThat(answers.subList(0, 2)).allMatch(PeerAnswer.Promised.class::isInstance);
        assertThat(answers.get(2)).isInstanceOf(PeerAnswer.Silent.class);
    }

    @Test
    void aVoterIsWaitedForAndSoIsEveryNodeWhereNoneVote() throws Exception {
        for (Set<String> voters : List.of(Set.of("a", "b", "d"), Set.<String>of())) {
            CountDownLatch slow = new CountDownLatch(1);
            Thread later = NamedThreads.single("test", () -> letGoAfterTheOthersTime(slow));
            later.start();
            List<PeerAnswer> answers = ask(voters, peer -> {
                if (peer.nodeName().equals("d")) {
                    await(slow);
                }
                return promised(peer);
            });
            assertThat(answers).as("voters %s", voters).allMatch(PeerAnswer.Promised.class::isInstance);
            later.join();
        }
    }

    private static void letGoAfterTheOthersTime(CountDownLatch slow) {
        try {
            boolean ignored = new CountDownLatch(1).await(700, TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        slow.countDown();
    }

    @Test
    void aRefusalAndAFailureAreAnswersToo() throws Exception {
        List<PeerAnswer> answers = ask(Set.of("b"), peer -> switch (peer.nodeName()) {
            case "b" -> new PromiseReply.Refused("b", new Epoch(9));
            case "c" -> throw new IOException("cut off");
            default -> promised(peer);
        });
        assertThat(answers.get(0)).isEqualTo(new PeerAnswer.Refused(PEERS.get(0), new Epoch(9)));
        assertThat(answers.get(1)).isInstanceOf(PeerAnswer.Silent.class);
    }

    @Test
    void nobodyElseIsWaitedForOnceTheAnswersAreEnough() throws Exception {
        CountDownLatch hanging = new CountDownLatch(1);
        PromiseRound round = PromiseRound.begin(
                PEERS,
                peer -> {
                    if (!peer.nodeName().equals("b")) {
                        await(hanging);
                    }
                    return promised(peer);
                },
                MonotonicClock.SYSTEM);
        List<PeerAnswer> answers =
                round.await(Set.of(), soFar -> soFar.stream().anyMatch(PeerAnswer.Promised.class::isInstance));
        hanging.countDown(); // not before the round was over
        assertThat(answers.get(0)).isInstanceOf(PeerAnswer.Promised.class);
        assertThat(answers.subList(1, PEERS.size())).allMatch(PeerAnswer.Silent.class::isInstance);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException stopping) {
            throw new IOException(stopping);
        }
    }
}
