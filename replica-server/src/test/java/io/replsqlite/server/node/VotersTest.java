package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import org.junit.jupiter.api.Test;

/** Nodes whose lease is a majority of three voters, begun by a file. */
class VotersTest extends NodesFixture {
    private static final String BEAT =
            "{\"kind\":\"leading\",\"epoch\":1,\"node\":\"x\",\"url\":\"http://x\",\"successor\":\"\","
                    + "\"voterTimeoutMillis\":5000,\"voters\":[\"a\",\"b\",\"c\"]}";

    private ReplicaNode launchVoter(String name) throws Exception {
        return launch(name, "voters", "a,b,c", "voter-timeout", "5s");
    }

    @Test
    void aVoterWithoutAMajoritySaysSoAndLeadsOnceItHasOne() throws Exception {
        ReplicaNode a = launchVoter("a");
        await("it says why", () -> a.leaseNote().orElse("").contains("only 1 of the 3 voters"));
        assertThat(a.isPrimary()).isFalse();
        ReplicaNode b = launchVoter("b");
        await("one of two leads", () -> a.isPrimary() || b.isPrimary());
    }

    @Test
    void whoStopsReleasesTheVotersAndTheNextOneHasEverything() throws Exception {
        ReplicaNode a = launchVoter("a");
        ReplicaNode b = launchVoter("b");
        ReplicaNode c = launchVoter("c");
        await("one leads", () -> nodes.values().stream().anyMatch(ReplicaNode::isPrimary));
        ReplicaNode first = a.isPrimary() ? a : b.isPrimary() ? b : c;
        Position created = write(first, "create table t(x)");
        for (ReplicaNode node : nodes.values()) {
            awaitApplied(node, created);
        }
        stop(first.name());
        await("another leads", () -> nodes.values().stream().anyMatch(ReplicaNode::isPrimary));
        ReplicaNode next = nodes.values().stream()
                .filter(ReplicaNode::isPrimary)
                .findFirst()
                .orElseThrow();
        assertThat(write(next, "insert into t values(1)").epoch().isAfter(created.epoch()))
                .isTrue();
    }

    @Test
    void metricsTellHowElectionsPromisesBeatsAndTenuresWent() throws Exception {
        ReplicaNode a = launchVoter("a");
        ReplicaNode b = launchVoter("b");
        await("one leads", () -> a.isPrimary() || b.isPrimary());
        ReplicaNode first = a.isPrimary() ? a : b;
        ReplicaNode second = a.isPrimary() ? b : a;
        await("beats are answered", () -> figure(first, "beats_answered_total{", ",peer=\"%s\"", second) > 1);
        assertThat(figure(first, "elections_total{", ",result=\"won\"", first)).isEqualTo(1);
        assertThat(figure(first, "node_role{", ",role=\"leading\"", first)).isEqualTo(1);
        assertThat(figure(first, "node_epoch{", "", first))
                .isEqualTo(first.promisedEpoch().value());
        assertThat(figure(second, "promises_total{", ",answer=\"given\"", second))
                .isEqualTo(1);
        assertThat(figure(second, "node_role{", ",role=\"follower\"", second)).isEqualTo(1);
        assertThat(figure(first, "beats_round_trip_seconds_total{", ",peer=\"%s\"", second))
                .isPositive();

        String foreign = "{\"epoch\":900,\"candidate\":\"c\",\"voterTimeoutMillis\":%d,\"voters\":[\"a\",\"b\",\"c\"]}";
        assertThat(post(second, "/v1/election/promise", foreign.formatted(4000)).body())
                .contains("otherVoters");
        assertThat(post(second, "/v1/election/promise", foreign.formatted(5000)).body())
                .contains("bound");
        assertThat(figure(second, "promises_total{", ",answer=\"other_voters\"", second))
                .isEqualTo(1);
        assertThat(figure(second, "promises_total{", ",answer=\"bound\"", second))
                .isEqualTo(1);

        stop(second.name());
        await("it has lost its majority", () -> !first.isPrimary());
        assertThat(figure(first, "tenures_ended_total{", ",reason=\"lease_lost\"", first))
                .isEqualTo(1);
        assertThat(figure(first, "beats_missed_total{", ",peer=\"%s\"", second)).isPositive();
    }

    /** @param label with the name of {@code of} where it has a place for it */
    private static double figure(ReplicaNode told, String name, String label, ReplicaNode of) throws Exception {
        String begin = "replsqlite_" + name + "node=\"" + told.name() + "\"" + label.formatted(of.name()) + "} ";
        return BackupDrillTest.get(told, "/v1/metrics")
                .lines()
                .filter(line -> line.startsWith(begin))
                .mapToDouble(line -> Double.parseDouble(line.substring(begin.length())))
                .findFirst()
                .orElse(-1);
    }

    /** Two primaries could acknowledge at once: one for longer than the other's voters keep faith. */
    @Test
    void aVoterThatIsSetOtherwiseCountsForNothingAndBothSettingsAreTold() throws Exception {
        ReplicaNode a = launchVoter("a");
        ReplicaNode b = launch("b", "voters", "a,b,c", "voter-timeout", "4s");
        await("it says why", () -> reason(a, b).contains("voter-timeout=4000ms"));
        assertThat(reason(a, b)).contains("voter-timeout=5000ms");
        assertThat(a.isPrimary() || b.isPrimary()).isFalse();
        String asked = "{\"epoch\":900,\"candidate\":\"a\",\"voterTimeoutMillis\":5000,\"voters\":[\"a\",\"b\",\"c\"]}";
        assertThat(post(b, "/v1/election/promise", asked).body()).contains("otherVoters");
        assertThat(b.promisedEpoch()).isNotEqualTo(new Epoch(900));
    }

    private static String reason(ReplicaNode one, ReplicaNode other) {
        return one.leaseNote().orElse("") + other.leaseNote().orElse("");
    }

    @Test
    void aBeatThatIsNoneAndOneToANodeWithoutVotersAreRefused() throws Exception {
        ReplicaNode voter = launchVoter("a");
        assertThat(post(voter, "/v1/election/beat", "{}").statusCode()).isEqualTo(400);
        assertThat(post(voter, "/v1/election/beat", BEAT).body()).contains("\"agrees\":false");
        ReplicaNode other = start("d", "lease", "static");
        assertThat(post(other, "/v1/election/beat", BEAT).statusCode()).isEqualTo(409);
    }
}
