package io.replsqlite.server.election;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.base.Txid;
import io.replsqlite.lease.Member;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ElectionRuleTest {
    private static final Epoch EPOCH = new Epoch(7);
    private static final UUID APP = new UUID(0, 1);
    private static final UUID OTHER = new UUID(0, 2);
    private static final Set<String> ABC = Set.of("a", "b", "c");

    private static final ElectionTerms LOCAL = new ElectionTerms(EPOCH, Set.of(), true);
    private static final ElectionTerms PATIENCE_OVER = new ElectionTerms(EPOCH, Set.of(), false);
    private static final ElectionTerms QUORUM = new ElectionTerms(EPOCH, ABC, true);

    private static Position at(long epoch, long txid) {
        return new Position(new Epoch(epoch), new Txid(txid), new StateChecksum(StateChecksum.EMPTY.bits() | txid));
    }

    private static Holding app(@Nullable Position head) {
        return new Holding("app", APP, false, head);
    }

    private static NodeReport node(String name, Holding... holdings) {
        return new NodeReport(name, true, 1, List.of(holdings));
    }

    private static Member member(String name) {
        return new Member(name, URI.create("http://" + name + ":7331"), true);
    }

    private static PeerAnswer says(NodeReport report) {
        return new PeerAnswer.Promised(member(report.nodeName()), report);
    }

    private static PeerAnswer silent(String name) {
        return new PeerAnswer.Silent(member(name), "connection refused");
    }

    private static PeerAnswer refuses(String name, long promised) {
        return new PeerAnswer.Refused(member(name), new Epoch(promised));
    }

    private static Verdict judge(NodeReport own, ElectionTerms terms, PeerAnswer... answers) {
        return ElectionRule.judge(own, List.of(answers), terms);
    }

    private static Verdict.Lacking lacking(String source, Position target) {
        return new Verdict.Lacking("app", APP, member(source), target);
    }

    @Test
    void aloneItLeads() {
        assertThat(judge(node("a", app(at(3, 5))), LOCAL)).isEqualTo(new Verdict.Lead(List.of()));
    }

    @Test
    void whoeverHasAsMuchOrMoreThanAllLeads() {
        assertThat(judge(
                        node("a", app(at(3, 5))),
                        LOCAL,
                        says(node("b", app(at(3, 5)))),
                        says(node("c", app(at(3, 4))))))
                .isEqualTo(new Verdict.Lead(List.of()));
    }

    @Test
    void afterAHandoffNobodyThatIsNotHeardCanHaveMore() {
        PeerAnswer.Promised handing =
                new PeerAnswer.Promised(member("b"), node("b", app(at(3, 5))).handedOver());
        assertThat(judge(node("a", app(at(3, 5))), LOCAL, handing, silent("c"))).isEqualTo(new Verdict.Lead(List.of()));
    }

    @Test
    void aHandoffDecidesOnceAMajorityHasPromisedAndNobodyRefuses() {
        PeerAnswer follows = says(node("c", app(at(3, 5))));
        PeerAnswer handing = says(node("b", app(at(3, 5))).handedOver());
        assertThat(ElectionRule.isDecided("a", Set.of(), List.of(handing, silent("c"))))
                .isTrue();
        assertThat(ElectionRule.isDecided("a", Set.of("a", "b", "c"), List.of(handing, silent("c"))))
                .isTrue();
        assertThat(ElectionRule.isDecided("a", Set.of("c", "d", "e"), List.of(handing, follows)))
                .as("one voter of three")
                .isFalse();
        assertThat(ElectionRule.isDecided("a", Set.of(), List.of(handing, refuses("c", 9))))
                .isFalse();
        assertThat(ElectionRule.isDecided("a", Set.of(), List.of(follows, silent("b"))))
                .isFalse();
    }

    @Test
    void theHigherEpochIsMoreThanTheHigherTxid() {
        assertThat(judge(node("a", app(at(4, 100))), LOCAL, says(node("b", app(at(3, 105))))))
                .isEqualTo(new Verdict.Lead(List.of()));
        assertThat(judge(node("a", app(at(3, 105))), PATIENCE_OVER, says(node("b", app(at(4, 100))))))
                .isEqualTo(new Verdict.Fetch(List.of(lacking("b", at(4, 100))), List.of()));
    }

    @Test
    void aFewMissingCommitsAreFetchedFromTheOneThatHasMost() {
        assertThat(judge(
                        node("a", app(at(3, 5))),
                        LOCAL,
                        says(node("b", app(at(3, 6)))),
                        says(node("c", app(at(3, 9)))),
                        silent("d")))
                .isEqualTo(new Verdict.Fetch(List.of(lacking("c", at(3, 9))), List.of("d")));
    }

    @Test
    void ofSeveralThatHaveMostACandidateIsTheSource() {
        NodeReport onlyFollows = new NodeReport("b", false, 9, List.of(app(at(3, 9))));
        assertThat(judge(node("a", app(at(3, 5))), LOCAL, says(onlyFollows), says(node("c", app(at(3, 9))))))
                .isEqualTo(new Verdict.Fetch(List.of(lacking("c", at(3, 9))), List.of()));
    }

    @Test
    void aCandidateThatIsFarAheadLeadsInstead() {
        NodeReport far = node("b", app(at(3, 6 + ElectionRule.MANY_TXIDS)));
        assertThat(judge(node("a", app(at(3, 5))), LOCAL, says(far)))
                .isInstanceOfSatisfying(
                        Verdict.StepAside.class,
                        aside -> assertThat(aside.successor()).isEqualTo("b"));
        assertThat(judge(node("a", app(at(3, 5))), PATIENCE_OVER, says(far))).isInstanceOf(Verdict.Fetch.class);
    }

    @Test
    void aNodeThatMayNotLeadIsNeverStoodAsideFor() {
        NodeReport far = new NodeReport("b", false, 1, List.of(app(at(6, 9000))));
        assertThat(judge(node("a", app(at(3, 5))), LOCAL, says(far))).isInstanceOf(Verdict.Fetch.class);
    }

    @Test
    void anEmptyNodeLeavesTheLeaseToOneThatHasData() {
        assertThat(judge(node("a"), LOCAL, says(node("b", app(at(3, 5))))))
                .isInstanceOfSatisfying(
                        Verdict.StepAside.class,
                        aside -> assertThat(aside.why()).contains("no copy"));
        assertThat(judge(node("a"), PATIENCE_OVER, says(node("b", app(at(3, 5))))))
                .isEqualTo(new Verdict.Fetch(List.of(lacking("b", at(3, 5))), List.of()));
    }

    @Test
    void anEmptyNodeWaitsForThoseThatDoNotAnswerUnlessNobodyHasEverLed() {
        assertThat(judge(node("a"), LOCAL, silent("b")))
                .isInstanceOfSatisfying(
                        Verdict.Withdraw.class,
                        withdraw -> assertThat(withdraw.why()).contains("empty", "b"));
        assertThat(judge(node("a"), new ElectionTerms(new Epoch(1), Set.of(), true), silent("b")))
                .isEqualTo(new Verdict.Lead(List.of("b")));
        assertThat(judge(node("a"), LOCAL, says(node("b")))).isEqualTo(new Verdict.Lead(List.of()));
    }

    @Test
    void aDatabaseThatIsOnlyHeardOfIsNeverBegunAnew() {
        assertThat(judge(node("a", app(null)), LOCAL, says(node("b", app(null)))))
                .isInstanceOfSatisfying(
                        Verdict.Withdraw.class,
                        withdraw -> assertThat(withdraw.why()).contains("no copy of app"));
        assertThat(judge(node("a", app(null)), PATIENCE_OVER, says(node("b", app(at(2, 2))))))
                .isEqualTo(new Verdict.Fetch(List.of(lacking("b", at(2, 2))), List.of()));
    }

    @Test
    void aHigherPromiseForbidsItAndTellsWhatTheNextEpochMustExceed() {
        assertThat(judge(node("a", app(at(3, 5))), LOCAL, refuses("b", 8), refuses("c", 12), silent("d")))
                .isInstanceOfSatisfying(Verdict.Withdraw.class, withdraw -> {
                    assertThat(withdraw.promised()).isEqualTo(new Epoch(12));
                    assertThat(withdraw.why()).contains("c", "12");
                });
    }

    @Test
    void withVotersAMajorityOfThemMustPromiseThisNodeIncluded() {
        NodeReport own = node("a", app(at(3, 5)));
        assertThat(judge(own, QUORUM, says(node("b", app(at(3, 5)))), silent("c")))
                .isEqualTo(new Verdict.Lead(List.of("c")));
        assertThat(judge(own, QUORUM, silent("b"), silent("c")))
                .isInstanceOfSatisfying(
                        Verdict.Withdraw.class,
                        withdraw -> assertThat(withdraw.why()).contains("1 of the 3 voters"));
        assertThat(judge(own, QUORUM, says(node("x", app(at(3, 5)))), silent("b"), silent("c")))
                .as("x is no voter")
                .isInstanceOf(Verdict.Withdraw.class);
        assertThat(judge(node("x", app(at(3, 5))), QUORUM, says(node("b", app(at(3, 5)))), silent("a"), silent("c")))
                .as("neither is the candidate")
                .isInstanceOf(Verdict.Withdraw.class);
    }

    @Test
    void halfOfAnEvenNumberOfVotersIsNoMajority() {
        ElectionTerms four = new ElectionTerms(EPOCH, Set.of("a", "b", "c", "d"), true);
        NodeReport own = node("a", app(at(3, 5)));
        NodeReport second = node("b", app(at(3, 5)));
        assertThat(judge(own, four, says(second), silent("c"), silent("d"))).isInstanceOf(Verdict.Withdraw.class);
        assertThat(judge(own, four, says(second), says(node("c", app(at(3, 5)))), silent("d")))
                .isInstanceOf(Verdict.Lead.class);
    }

    @Test
    void aSecondDatabaseOfTheNameForbidsItIfThereIsMoreInIt() {
        Holding impostor = new Holding("app", OTHER, false, at(5, 9));
        assertThat(judge(node("a", app(at(3, 5))), LOCAL, says(node("b", impostor))))
                .isInstanceOfSatisfying(
                        Verdict.Withdraw.class,
                        withdraw -> assertThat(withdraw.why()).contains(APP.toString(), OTHER.toString()));
        Holding lesser = new Holding("app", OTHER, false, at(1, 1));
        assertThat(judge(node("a", app(at(3, 5))), PATIENCE_OVER, says(node("b", lesser))))
                .as("it is not taken over either")
                .isInstanceOf(Verdict.Lead.class);
    }

    @Test
    void whatWasDroppedAnywhereIsNeitherFetchedNorMissed() {
        Holding droppedThere = new Holding("app", APP, true, null);
        assertThat(judge(node("a"), LOCAL, says(node("b", droppedThere)), says(node("c", app(at(3, 5))))))
                .isEqualTo(new Verdict.Lead(List.of()));
        assertThat(judge(node("a", app(null)), LOCAL, says(node("b", droppedThere))))
                .isEqualTo(new Verdict.Lead(List.of()));
    }

    @Test
    void amongEqualsTheHigherPriorityLeads() {
        NodeReport own = node("a", app(at(3, 5)));
        NodeReport preferred = new NodeReport("b", true, 2, List.of(app(at(3, 5))));
        assertThat(judge(own, LOCAL, says(preferred)))
                .isInstanceOfSatisfying(
                        Verdict.StepAside.class,
                        aside -> assertThat(aside.successor()).isEqualTo("b"));
        assertThat(judge(own, PATIENCE_OVER, says(preferred))).isInstanceOf(Verdict.Lead.class);
        NodeReport behind = new NodeReport("b", true, 2, List.of(app(at(3, 4))));
        assertThat(judge(own, LOCAL, says(behind))).isInstanceOf(Verdict.Lead.class);
        NodeReport onlyFollows = new NodeReport("b", false, 2, List.of(app(at(3, 5))));
        assertThat(judge(own, LOCAL, says(onlyFollows))).isInstanceOf(Verdict.Lead.class);
    }

    /** Whatever the answers: nobody leads who has less than somebody who has answered. */
    @Test
    void inRandomElectionsNoAnsweredCommitIsLeftBehind() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 5_000; round++) {
            NodeReport own = node("a", random.nextInt(5) == 0 ? app(null) : app(randomHead(random)));
            List<PeerAnswer> answers = new ArrayList<>();
            for (String name : List.of("b", "c", "d", "e").subList(0, random.nextInt(5))) {
                answers.add(randomAnswer(name, random));
            }
            Collections.shuffle(answers, random);
            ElectionTerms terms = new ElectionTerms(EPOCH, random.nextBoolean() ? ABC : Set.of(), random.nextBoolean());
            check(own, answers, terms, "seed " + seed + ", round " + round + ": " + own + " " + answers + " " + terms);
        }
    }

    private static Position randomHead(Random random) {
        return at(1 + random.nextInt(3), 1 + random.nextInt(4) * 700L);
    }

    private static PeerAnswer randomAnswer(String name, Random random) {
        return switch (random.nextInt(8)) {
            case 0 -> silent(name);
            case 1 -> random.nextInt(6) == 0 ? refuses(name, 8) : silent(name);
            case 2 -> says(node(name));
            default ->
                says(new NodeReport(
                        name, random.nextBoolean(), 1 + random.nextInt(2), List.of(app(randomHead(random)))));
        };
    }

    private static void check(NodeReport own, List<PeerAnswer> answers, ElectionTerms terms, String what) {
        Verdict verdict = ElectionRule.judge(own, answers, terms);
        Position most = own.holdings().get(0).head();
        for (PeerAnswer answer : answers) {
            if (answer instanceof PeerAnswer.Promised promised) {
                for (Holding holding : promised.report().holdings()) {
                    Position head = holding.head();
                    most = most == null || (head != null && head.compareTo(most) > 0) ? head : most;
                }
            }
        }
        boolean refused = answers.stream().anyMatch(PeerAnswer.Refused.class::isInstance);
        if (verdict instanceof Verdict.Lead) {
            assertThat(own.holdings().get(0).head()).as(what).isEqualTo(most).isNotNull();
            assertThat(refused).as(what).isFalse();
        } else if (verdict instanceof Verdict.Fetch fetch) {
            assertThat(fetch.databases().get(0).target()).as(what).isEqualTo(most);
            assertThat(refused).as(what).isFalse();
        } else if (verdict instanceof Verdict.StepAside aside) {
            assertThat(terms.mayStepAside()).as(what).isTrue();
            assertThat(aside.successor()).as(what).isNotEqualTo("a");
        }
    }
}
