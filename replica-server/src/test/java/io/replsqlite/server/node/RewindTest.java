package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.Position;
import io.replsqlite.server.rescue.Manifest;
import io.replsqlite.server.rescue.RescuedTail;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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
    }
}
