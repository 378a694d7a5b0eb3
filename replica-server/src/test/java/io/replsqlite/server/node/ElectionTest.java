package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.replsqlite.base.Deadline;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.server.admin.NodeClient;
import io.replsqlite.status.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who leads when nodes have more, less or nothing; what they promise; what is left of an old primary. */
@Timeout(120)
class ElectionTest extends NodesFixture {
    private static final String TOKEN = "a-token-that-both-nodes-know";

    private void deleteNode(String name) throws IOException {
        try (Stream<Path> all = Files.walk(directory.resolve(name))) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        }
    }

    /** Node a has led and is gone, c (which may not lead) has everything, b was away for the last rows. */
    private Position onlyTheFollowerHasEverything() throws Exception {
        ReplicaNode first = start("a");
        Position created = write(first, "create table t(x)");
        awaitApplied(start("b"), created);
        ReplicaNode third = start("c", "candidate", "false");
        awaitApplied(third, created);
        stop("b");
        Position last = created;
        for (int i = 0; i < 10; i++) {
            last = write(first, "insert into t values(" + i + ")");
        }
        awaitApplied(third, last);
        stop("a");
        return last;
    }

    @Test
    void aNodeThatLagsFetchesFromAFollowerBeforeItLeads() throws Exception {
        Position last = onlyTheFollowerHasEverything();
        ReplicaNode second = start("b");
        await("b leads", second::isPrimary);
        assertThat(count("b")).isEqualTo(10);
        assertThat(database(second).board().snapshot().applied().txid()).isEqualTo(last.txid());
        awaitApplied(nodes.get("c"), write(second, "insert into t values(10)"));
        assertThat(count("c")).isEqualTo(11);
        assertSound(second);
        assertSound(nodes.get("c"));
    }

    @Test
    void anEmptyNodeFetchesAWholeCopyFromAFollowerBeforeItLeads() throws Exception {
        Position last = onlyTheFollowerHasEverything();
        deleteNode("b");
        ReplicaNode second = start("b");
        await("b leads", second::isPrimary);
        assertThat(database(second).board().snapshot().applied().txid()).isEqualTo(last.txid());
        assertThat(count("b")).isEqualTo(10);
        assertSound(second);
    }

    @Test
    void anEmptyNodeWaitsForTheOneThatHasDataAndSaysSo() throws Exception {
        ReplicaNode first = start("a");
        awaitApplied(start("b"), write(first, "create table t(x)"));
        stop("b");
        stop("a");
        deleteNode("b");

        ReplicaNode empty = start("b");
        await(
                "it says why it does not lead",
                () -> empty.history().events().stream()
                        .anyMatch(event -> event.reason().contains("this node is empty")));
        assertThat(empty.databases().catalogue().all()).isEmpty();

        ReplicaNode again = start("a");
        await("the one with data leads", again::isPrimary);
        awaitApplied(empty, write(again, "insert into t values(1)"));
        assertThat(count("b")).isEqualTo(1);
    }

    @Test
    void aPromiseEndsWhateverOfAnOlderEpochAndIsKeptAcrossRestarts() throws Exception {
        ReplicaNode first = start("a");
        ReplicaNode second = start("b");
        awaitApplied(second, write(first, "create table t(x)"));
        long asked = first.promisedEpoch().value() + 5;

        JsonNode answer = promise(second, asked, "x");
        assertThat(answer.path("promised").asBoolean()).isTrue();
        String head = answer.path("databases").path(0).path("head").asText();
        assertThat(Position.parse(head).txid())
                .isEqualTo(database(first).board().snapshot().applied().txid());
        assertThat(promise(second, asked, "y").path("promised").asBoolean())
                .as("one epoch, two candidates")
                .isFalse();
        assertThat(promise(second, asked - 1, "x").path("epoch").asLong()).isEqualTo(asked);

        await(
                "the primary hears of it, and one of the two begins a later epoch",
                () -> nodes.values().stream()
                        .anyMatch(
                                node -> node.isPrimary() && node.promisedEpoch().isAfter(new Epoch(asked))));
        assertThat(first.history().events())
                .anySatisfy(event -> assertThat(event.reason()).contains("another node has promised epoch " + asked));
        ReplicaNode leader = first.isPrimary() ? first : second;
        awaitApplied(leader == first ? second : first, write(leader, "insert into t values(1)"));
        assertThat(count("b")).isEqualTo(1);
        stop("b");
        assertThat(promise(start("b"), asked, "x").path("promised").asBoolean()).isFalse();
    }

    private JsonNode promise(ReplicaNode node, long epoch, String candidate) throws Exception {
        String body = "{\"epoch\":" + epoch + ",\"candidate\":\"" + candidate + "\"}";
        return new ObjectMapper()
                .readTree(post(node, "/v1/election/promise", body).body());
    }

    @Test
    void aNodeThatWaitsForItsDiskAnswersACandidateInTimeThatItCannotTell() throws Exception {
        ReplicaNode first = start("a");
        Position created = write(first, "create table t(x)");
        FailurePoint.arm("LOG_SYNCED=hang");
        try {
            var hanging = database(first).submit(connection -> 1, Deadline.after(PATIENCE, MonotonicClock.SYSTEM));
            for (long epoch = 100; epoch < 102; epoch++) {
                long asked = System.nanoTime();
                JsonNode answer = promise(first, epoch, "x");
                assertThat(answer.path("error").asText()).as(answer.toString()).isEqualTo("busy");
                assertThat(answer.path("promised").isMissingNode()).isTrue();
                assertThat(Duration.ofNanos(System.nanoTime() - asked)).isLessThan(PATIENCE.dividedBy(2));
            }
            assertThat(hanging).isNotDone();
        } finally {
            FailurePoint.arm("");
        }
        await(
                "it tells what it has",
                () -> promise(first, 1_000, "x").path("promised").asBoolean());
        assertThat(first.promisedEpoch().value()).isGreaterThanOrEqualTo(1_000);
        assertThat(database(first)
                        .files()
                        .orElseThrow()
                        .log()
                        .durableHead()
                        .txid()
                        .value())
                .isGreaterThanOrEqualTo(created.txid().value());
    }

    @Test
    void aPrimaryThatIsAskedForAHigherPromiseStandsDownBeforeItAnswers() throws Exception {
        ReplicaNode first = start("a");
        Position last = write(first, "create table t(x)");
        JsonNode answer = promise(first, 100, "x");
        assertThat(answer.path("promised").asBoolean()).isTrue();
        assertThat(Position.parse(answer.path("databases").path(0).path("head").asText())
                        .txid())
                .isEqualTo(last.txid());
        assertThat(first.history().events())
                .anySatisfy(event -> assertThat(event.reason()).contains("node x is to lead in epoch 100"));
        await(
                "with nobody else to lead, it does again",
                () -> first.isPrimary() && first.promisedEpoch().isAfter(new Epoch(100)));
        assertThat(write(first, "insert into t values(1)").epoch().isAfter(new Epoch(100)))
                .isTrue();
    }

    @Test
    void theHistoryTellsWhoLedWhenAndWhichTransactionsAreWhose() throws Exception {
        ReplicaNode first = start("a");
        awaitApplied(start("b"), write(first, "create table t(x)"));
        await("b is known", () -> !first.members().isEmpty());
        assertThat(post(first, "/v1/handoff", "{\"to\":\"b\"}").statusCode()).isEqualTo(200);
        ReplicaNode second = nodes.get("b");
        await("b leads", second::isPrimary);
        await("a follows", () -> first.role() == Role.FOLLOWER);
        awaitApplied(first, write(second, "insert into t values(1)"));

        JsonNode tenures = new NodeClient(first.url(), TOKEN).history().path("tenures");
        assertThat(tenures).hasSize(2);
        assertThat(tenures.path(0).path("holder").asText()).isEqualTo("a");
        assertThat(tenures.path(0).path("endReason").asText()).contains("handed to node b");
        assertThat(tenures.path(1).path("holder").asText()).isEqualTo("b");
        assertThat(tenures.path(1).path("fromMillis").asLong())
                .isGreaterThanOrEqualTo(tenures.path(0).path("fromMillis").asLong());
        long lastOfA =
                tenures.path(0).path("databases").path(0).path("lastTxid").asLong();
        assertThat(tenures.path(1).path("databases").path(0).path("firstTxid").asLong())
                .isEqualTo(lastOfA + 1);
    }

    @Test
    void aSecondNodeOfOneNameIsRefused() throws Exception {
        start("a");
        Files.createDirectories(directory.resolve("other"));
        assertThatThrownBy(() -> start("a", "dir", directory.resolve("other").toString()))
                .hasMessageContaining("another node named a runs");
        assertThat(nodes.get("a").isPrimary()).isTrue();
    }
}
