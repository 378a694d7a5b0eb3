package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.base.Position;
import io.replsqlite.server.rescue.Manifest;
import io.replsqlite.server.rescue.RescuedTail;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A primary with commits that nobody else has comes back as a follower. */
class RewindTest extends NodesFixture {
    @AfterEach
    void disarm() {
        FailurePoint.arm("");
    }

    private Path stateDirectory(String node) {
        return directory.resolve(node).resolve("app.db-replsqlite");
    }

    private List<RescuedTail> rescued(String node) throws Exception {
        return RescuedTail.in(stateDirectory(node));
    }

    /** Ends with both nodes down: a has ten commits more than b, from epoch 1. */
    private Position diverge() throws Exception {
        ReplicaNode first = start("a");
        write(first, "create table t(x)");
        for (int i = 0; i < 200; i++) {
            write(first, "insert into t values('" + "shared ".repeat(100) + i + "')");
        }
        Position shared = write(first, "create table other(k text primary key, v) without rowid");
        awaitApplied(start("b"), shared);
        stop("b");
        for (int i = 0; i < 10; i++) {
            write(first, "insert into t values('only a has " + i + "')");
        }
        stop("a");
        return shared;
    }

    private Position goOnWithout() throws Exception {
        ReplicaNode second = start("b");
        assertThat(second.isPrimary()).isTrue();
        Position last = write(second, "insert into t values('b went on')");
        for (int i = 0; i < 20; i++) {
            last = write(second, "insert into other values('k" + i + "', " + i + ")");
        }
        return last;
    }

    @Test
    void tenCommitsThatNobodyElseHasAreRescuedAndRewound() throws Exception {
        Position shared = diverge();
        Position last = goOnWithout();
        ReplicaNode first = start("a");
        awaitApplied(first, last);

        assertThat(count("a")).isEqualTo(201);
        assertSound(first);
        assertThat(database(first).files().orElseThrow().checksums().position()).isEqualTo(last);
        List<RescuedTail> tails = rescued("a");
        assertThat(tails).hasSize(1);
        Manifest manifest = tails.get(0).manifest();
        assertThat(manifest.transactions()).isEqualTo(10);
        assertThat(manifest.common()).isEqualTo(shared);
        assertThat(manifest.firstTxid()).isEqualTo(shared.txid().next());
        assertThat(manifest.lostTo()).isEqualTo(last.epoch());
        assertThat(manifest.lostToHolder()).isEqualTo("b");
        assertThat(manifest.notLogged()).isZero();
        assertThat(Files.readAllLines(tails.get(0).transactions())).hasSize(10);
        assertThat(RescuedTail.otherLogsIn(stateDirectory("a"))).isEmpty();
        assertRowsOfA(tails.get(0));
        assertThat(new StatusReport(first, MonotonicClock.SYSTEM)
                        .json()
                        .path("databases")
                        .path(0)
                        .path("rescued")
                        .path("transactions")
                        .asInt())
                .isEqualTo(10);
    }

    /** The ten rows, each with its content, from a first transaction with txid after the common one on. */
    private static void assertRowsOfA(RescuedTail tail) throws Exception {
        List<String> rows = Files.readAllLines(tail.rows());
        assertThat(rows).hasSize(10);
        for (int i = 0; i < 10; i++) {
            assertThat(rows.get(i))
                    .contains("\"txid\":" + (tail.manifest().firstTxid().value() + i))
                    .contains("\"table\":\"t\",\"operation\":\"insert\",\"rowid\":" + (201 + i))
                    .contains("{\"x\":\"only a has " + i + "\"}");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RESCUE_WRITTEN", "RESCUE_NAMED", "RESYNC_RECEIVED", "RESYNC_APPLIED", "LOG_RESETTING"})
    void aRewindThatFailsAtAnyStepIsFinishedByTheNextStart(FailurePoint point) throws Exception {
        Position last = divergeAndGoOn();
        FailurePoint.arm(point + "=error");
        ReplicaNode first = start("a");
        await(
                "the failure at " + point,
                () -> database(first).problem().orElse("").contains("njected"));
        assertThat(count("a")).isIn(210L, 201L);
        stop("a");
        FailurePoint.arm("");
        ReplicaNode again = start("a");
        awaitApplied(again, last);
        assertThat(database(again).files().orElseThrow().checksums().position()).isEqualTo(last);
        assertThat(count("a")).isEqualTo(201);
        assertSound(again);
        assertThat(rescued("a")).hasSize(1);
        assertRowsOfA(rescued("a").get(0));
    }

    private Position divergeAndGoOn() throws Exception {
        Position shared = diverge();
        Position last = goOnWithout();
        assertThat(last.txid().isAfter(shared.txid())).isTrue();
        return last;
    }

    @Test
    void readersSeeTheOldStateOrTheNewOneAndNothingBetween() throws Exception {
        Position last = divergeAndGoOn();
        Set<String> seen = new TreeSet<>();
        ReplicaNode first = start("a");
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:sqlite:file:" + directory.resolve("a").resolve("app.db") + "?mode=ro");
                Statement statement = connection.createStatement()) {
            await("the new state", () -> {
                try (ResultSet row = statement.executeQuery(
                        "select (select count(*) from t) || ' ' || (select count(*) from other)")) {
                    row.next();
                    seen.add(row.getString(1));
                }
                return seen.contains("201 20");
            });
        }
        awaitApplied(first, last);
        assertThat(Set.of("201 20", "210 0")).containsAll(seen);
    }

    @Test
    void commitsThatNeverReachedTheLogAreRescuedToo() throws Exception {
        ReplicaNode first = start("a");
        write(first, "create table t(x)");
        Position shared = write(first, "insert into t values('shared')");
        awaitApplied(start("b"), shared);
        stop("b");
        stop("a");
        Process other = new ProcessBuilder(
                        "python3",
                        "-c",
                        "import sqlite3,os,sys\nc=sqlite3.connect(sys.argv[1])\n"
                                + "c.execute(\"insert into t values('in the WAL alone')\")\nc.commit()\nos._exit(0)",
                        directory.resolve("a").resolve("app.db").toString())
                .inheritIO()
                .start();
        assertThat(other.waitFor()).isZero();
        Position last = write(start("b"), "insert into t values('b went on')");
        ReplicaNode again = start("a");
        awaitApplied(again, last);
        await("the rewind", () -> rescued("a").size() == 1);
        awaitState(again, last);
        assertSound(again);
        RescuedTail tail = rescued("a").get(0);
        assertThat(tail.manifest().notLogged()).isEqualTo(1);
        assertThat(Files.readAllLines(tail.rows()))
                .singleElement()
                .asString()
                .contains("\"operation\":\"insert\",\"rowid\":2,\"after\":{\"x\":\"in the WAL alone\"}");
    }

    private static void awaitState(ReplicaNode node, Position position) throws Exception {
        await(
                node.name() + " to be at " + position,
                () -> database(node)
                        .files()
                        .orElseThrow()
                        .checksums()
                        .position()
                        .equals(position));
    }

    @Test
    void aFollowerThatIsOnlyBehindLosesNothingAndRescuesNothing() throws Exception {
        ReplicaNode first = start("a");
        Position created = write(first, "create table t(x)");
        awaitApplied(start("b"), created);
        stop("b");
        Position last = write(first, "insert into t values(1)");
        ReplicaNode second = start("b");
        awaitApplied(second, last);
        assertSound(second);
        assertThat(stateDirectory("b").resolve(RescuedTail.PARENT)).doesNotExist();
    }

    @Test
    void anEpochWithoutCommitsIsLeftWithoutARescue() throws Exception {
        ReplicaNode first = start("a");
        Position created = write(first, "create table t(x)");
        awaitApplied(start("b"), created);
        stop("b");
        stop("a");
        start("a"); // leads and writes nothing
        stop("a");
        Position last = write(start("b"), "insert into t values('b went on')");
        ReplicaNode again = start("a");
        awaitApplied(again, last);
        awaitState(again, last);
        assertSound(again);
        assertThat(stateDirectory("a").resolve(RescuedTail.PARENT)).doesNotExist();
    }
}
