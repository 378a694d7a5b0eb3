package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import io.replsqlite.status.Role;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class TwoNodesTest extends NodesFixture {
    @Test
    void aFollowerShowsWhatThePrimaryHasWritten() throws Exception {
        ReplicaNode first = start("a");
        Position created = write(first, "create table t(x)");
        ReplicaNode second = start("b");
        awaitApplied(second, created);
        Position last = created;
        for (int i = 0; i < 50; i++) {
            last = write(first, "insert into t values(hex(randomblob(3000)))");
        }
        awaitApplied(second, last);

        assertThat(second.role()).isEqualTo(Role.FOLLOWER);
        assertThat(count("b")).isEqualTo(50);
        assertThat(database(second).files().orElseThrow().checksums().position())
                .isEqualTo(last);
        assertSound(first);
        assertSound(second);
        await(
                "the follower's freshness",
                () -> database(second).board().snapshot().freshAsOfNanos() > 0);
    }

    @Test
    void whenThePrimaryClosesTheFollowerLeadsWithEverythingAcknowledged() throws Exception {
        ReplicaNode first = start("a");
        write(first, "create table t(x)");
        ReplicaNode second = start("b");
        awaitApplied(
                second,
                new Position(
                        first.promisedEpoch(),
                        new Txid(2),
                        database(first).board().snapshot().applied().checksum()));
        for (int i = 0; i < 200; i++) {
            write(first, "insert into t values(randomblob(2000))");
        }
        Position last = write(first, "insert into t values('last')");
        stop("a");
        await("b to lead", second::isPrimary);

        assertThat(count("b")).isEqualTo(201);
        Position next = write(second, "insert into t values('after')");
        assertThat(next.txid()).isEqualTo(last.txid().next());
        assertThat(next.epoch().isAfter(last.epoch())).isTrue();
        assertSound(second);

        ReplicaNode again = start("a");
        awaitApplied(again, next);
        assertThat(count("a")).isEqualTo(202);
        assertSound(again);
    }

    @Test
    void rolesChangeManyTimesAndNothingIsLost() throws Exception {
        write(start("a"), "create table t(x)");
        String leader = "a";
        String other = "b";
        for (int round = 1; round <= 4; round++) {
            Position before = database(nodes.get(leader)).board().snapshot().applied();
            awaitApplied(start(other), before);
            for (int i = 0; i < 20; i++) {
                write(nodes.get(leader), "insert into t values(randomblob(1000))");
            }
            stop(leader);
            ReplicaNode promoted = nodes.get(other);
            await(other + " to lead", promoted::isPrimary);
            assertThat(count(other)).isEqualTo(20L * round);
            assertSound(promoted);
            String swap = leader;
            leader = other;
            other = swap;
        }
    }

    @Test
    void aDatabaseDroppedOnThePrimaryLeavesTheFollowerWhileItStreams() throws Exception {
        ReplicaNode first = start("a");
        Position created = write(first, "create table t(x)");
        ReplicaNode second = start("b");
        awaitApplied(second, created);

        assertThat(post(first, "/v1/databases/app/drop", "").statusCode()).isEqualTo(200);
        await(
                "b to set its files aside too",
                () -> filesOf("a").isEmpty() && filesOf("b").isEmpty());
        assertThat(post(first, "/v1/databases/app/create", "").statusCode()).isEqualTo(200);
        awaitApplied(second, write(first, "create table t(y)"));
    }

    @Test
    void anImportedFileIsFollowedLikeAnyOther() throws Exception {
        Path source = directory.resolve("source.sqlite");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + source);
                Statement statement = connection.createStatement()) {
            statement.execute("create table t(x)");
            statement.execute("insert into t values(1),(2),(3)");
        }
        ReplicaNode first = start("a", "databases", "");
        ReplicaNode second = start("b", "databases", "");
        HttpResponse<String> answer = post(first, "/v1/databases/app/import", "{\"file\":\"" + source + "\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        Position imported = database(first).files().orElseThrow().checksums().position();
        awaitApplied(second, imported);
        assertThat(count("b")).isEqualTo(3);
        assertSound(second);
    }

    @Test
    void aNodeWhoseCopyNeverArrivedDoesNotLeadWithAnEmptyOne() throws Exception {
        ReplicaNode first = start("a");
        Position created = write(first, "create table t(x)");
        awaitApplied(start("b"), created);
        stop("b");
        Path stray = directory.resolve("b");
        for (String name : new String[] {"app.db", "app.db-wal", "app.db-shm", "app.db-replsqlite/checkpoint"}) {
            Files.deleteIfExists(stray.resolve(name));
        }
        stop("a");
        ReplicaNode second = start("b");

        assertThat(second.role()).isEqualTo(Role.NONE);
        assertThat(second.roles().history())
                .anySatisfy(transition -> assertThat(transition.reason()).contains("no copy of app"));
        assertThat(stray.resolve("app.db")).doesNotExist();
        ReplicaNode again = start("a");
        await(
                "the one that has the data leads, the other fetches it",
                () -> again.isPrimary() && second.role() == Role.FOLLOWER);
        awaitApplied(second, write(again, "insert into t values(1)"));
        assertThat(count("b")).isEqualTo(1);
    }

    @Test
    void aCommitOfAnotherProcessOnThePrimaryReachesTheFollower() throws Exception {
        ReplicaNode first = start("a");
        Position created = write(first, "create table t(x)");
        ReplicaNode second = start("b");
        awaitApplied(second, created);
        Path file = directory.resolve("a").resolve("app.db");
        Process shell = new ProcessBuilder(
                        "python3",
                        "-c",
                        "import sqlite3;c=sqlite3.connect('" + file
                                + "',timeout=10);c.execute('insert into t values(7)');c.commit();import os;os._exit(0)")
                .inheritIO()
                .start();
        assertThat(shell.waitFor()).isZero();
        await("the foreign row on b", () -> count("b") == 1);
        assertSound(first);
        assertSound(second);
    }
}
