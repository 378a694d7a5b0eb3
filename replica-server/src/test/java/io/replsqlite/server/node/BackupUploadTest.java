package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import io.replsqlite.server.backup.restore.RestorePoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What a primary puts into its backup, and when; each restored again. */
class BackupUploadTest extends BackupFixture {
    @Test
    void beginsWithASnapshotAndGoesOnWithEveryCommit() throws Exception {
        ReplicaNode node = startWithBackup("one");
        Position first = write(node, "create table t(x)");
        awaitUploaded(node, first);
        Position second = write(node, "insert into t values (1)");
        awaitUploaded(node, second);
        assertThat(names(generation(1).resolve("ltx/9")))
                .singleElement()
                .asString()
                .startsWith("0000000000000001-");
        assertThat(names(generation(1).resolve("ltx/0"))).last().asString().endsWith("-" + second.txid() + ".ltx");
        assertThat(status(node).lagTxids()).isZero();
        assertThat(status(node).problem()).isNull();
        assertRestores(new RestorePoint.Latest(), second);
    }

    @Test
    void aNewPrimaryGoesOnWhereTheOldOneEnded() throws Exception {
        ReplicaNode one = startWithBackup("one");
        ReplicaNode two = startWithBackup("two");
        Position created = write(one, "create table t(x)");
        awaitUploaded(one, created);
        awaitApplied(two, created);
        stop("one");
        await("two leads", () -> database(two).isLeading());
        Position written = write(two, "insert into t values (2)");
        awaitUploaded(two, written);
        assertThat(names(generation(1).resolve("ltx/9"))).hasSize(1);
        assertThat(names(generation(1).resolve("ltx/0"))).contains(written.txid() + "-" + written.txid() + ".ltx");
        assertThat(names(backup().resolve("app/generations"))).hasSize(1);
        assertRestores(new RestorePoint.Latest(), written);
        assertRestores(new RestorePoint.AtTxid(created.txid()), created);
    }

    @Test
    void everyCommitOfABusyMinuteIsAPointToRestoreTo() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        ReplicaNode node = startWithBackup("one");
        List<Position> positions = new ArrayList<>();
        positions.add(write(node, "create table t(x)"));
        for (int i = 0; i < 300; i++) {
            positions.add(write(node, change(random)));
        }
        awaitUploaded(node, positions.get(positions.size() - 1));
        for (int i = 0; i < 25; i++) {
            Position position = positions.get(random.nextInt(positions.size()));
            if (position.txid().value() >= oldest()) {
                assertRestores(new RestorePoint.AtTxid(position.txid()), position);
            }
        }
    }

    @Test
    void theSnapshotOfADatabaseUnderConstantWritesIsWhole() throws Exception {
        ReplicaNode plain = start("one");
        write(plain, "create table t(x)");
        write(
                plain,
                "insert into t with recursive c(n) as (values(1) union all select n + 1 from c where n < 3000)"
                        + " select randomblob(5000) from c");
        stop("one");
        ReplicaNode node = startWithBackup("one", "checkpoint-pages", "50");
        Position last = write(node, "insert into t values (0)");
        while (status(node).uploaded().txid().value() == 0) {
            last = write(
                    node,
                    "update t set x = randomblob(5000) where rowid % 500 = "
                            + last.txid().value() % 500);
        }
        last = write(node, "insert into t values (1)");
        awaitUploaded(node, last);
        assertRestores(new RestorePoint.Latest(), last);
        assertRestores(new RestorePoint.AtTxid(new Txid(oldest())), stateAt(oldest()));
    }

    private Position stateAt(long txid) throws Exception {
        return place().catalogue().stateAt(txid).position();
    }

    private long oldest() throws Exception {
        return place().catalogue().oldest().orElseThrow();
    }

    private static String change(Random random) {
        return switch (random.nextInt(4)) {
            case 0 -> "delete from t where rowid % 3 = 0";
            case 1 -> "update t set x = randomblob(300) where rowid % 5 = 1";
            default -> "insert into t values (randomblob(" + (100 + random.nextInt(9000)) + "))";
        };
    }
}
