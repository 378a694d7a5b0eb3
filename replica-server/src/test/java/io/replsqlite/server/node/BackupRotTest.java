package io.replsqlite.server.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.replsqlite.base.Position;
import io.replsqlite.server.backup.compact.Compaction;
import io.replsqlite.server.backup.restore.RestorePoint;
import io.replsqlite.server.backup.restore.RestoreResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Every object of a small backup in turn is spoiled, and the newest state restored: it is the right one, or the restore is
 * refused and leaves nothing, or it says that something newer was begun.
 */
class BackupRotTest extends BackupFixture {
    private static final RestorePoint LATEST = new RestorePoint.Latest();

    private final long seed = Long.getLong("rot.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private Position last;
    private int refused;

    @BeforeEach
    void fill() throws Exception {
        System.out.println("rot.seed " + seed);
        ReplicaNode node = startWithBackup("one");
        awaitUploaded(node, write(node, "create table t(x)"));
        for (int i = 0; i < 3; i++) {
            write(node, "insert into t values (randomblob(3000))");
            awaitUploaded(node, write(node, "insert into t values (randomblob(9000))"));
        }
        assertThat(new Compaction(place()).compactInto(1)).isTrue();
        last = write(node, "insert into t values (1)");
        awaitUploaded(node, last);
        stop("one");
    }

    private List<Path> objects() throws IOException {
        try (Stream<Path> files = Files.walk(backup())) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /** What is done to an object. */
    private interface Spoiling {
        void spoil(Path object, byte[] good) throws IOException;
    }

    private void spoilEach(String how, Spoiling spoiling) throws Exception {
        for (Path object : objects()) {
            byte[] good = Files.readAllBytes(object);
            spoiling.spoil(object, good);
            check(how + ": " + backup().relativize(object));
            Files.write(object, good);
        }
        assertRestores(LATEST, last);
    }

    private void check(String what) throws Exception {
        Path target = target();
        try {
            RestoreResult result = restore(LATEST, target);
            if (result.txid() == last.txid().value()) {
                assertThat(result.state()).as(what).isEqualTo(last.checksum());
            } else if (result.claimedTxid() != last.txid().value()) {
                fail(what + ": txid " + result.txid() + " passes for the newest one");
            }
        } catch (IOException told) {
            refused++;
            assertThat(told.getMessage()).as(what).isNotBlank();
            assertThat(target).as(what).doesNotExist();
            assertThat(target.resolveSibling(target.getFileName() + ".restoring"))
                    .as(what)
                    .doesNotExist();
        }
    }

    @Test
    void aFlippedBit() throws Exception {
        for (int round = 0; round < 3; round++) {
            spoilEach("flipped", (object, good) -> {
                byte[] bad = good.clone();
                bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
                Files.write(object, bad);
            });
        }
        assertThat(refused).isPositive();
    }

    @Test
    void anObjectThatIsMissing() throws Exception {
        spoilEach("missing", (object, good) -> Files.delete(object));
        assertThat(refused).isPositive();
    }

    @Test
    void anObjectThatIsCutOffOrEmptyOrGarbage() throws Exception {
        spoilEach("cut", (object, good) -> Files.write(object, Arrays.copyOf(good, random.nextInt(good.length))));
        spoilEach("empty", (object, good) -> Files.write(object, new byte[0]));
        spoilEach("garbage", (object, good) -> {
            byte[] garbage = new byte[good.length];
            random.nextBytes(garbage);
            Files.write(object, garbage);
        });
        assertThat(refused).isPositive();
    }

    @Test
    void anObjectUnderTheNameOfAnother() throws Exception {
        for (Path other : objects()) {
            byte[] content = Files.readAllBytes(other);
            spoilEach("with " + backup().relativize(other), (object, good) -> Files.write(object, content));
        }
        assertThat(refused).isPositive();
    }
}
