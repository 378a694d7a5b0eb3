package io.replsqlite.harness.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.replsqlite.base.DeliberateBug;
import io.replsqlite.harness.fault.Await;
import io.replsqlite.harness.fault.CutDisk;
import io.replsqlite.harness.fault.Ledger;
import io.replsqlite.harness.fault.LedgerWriter;
import io.replsqlite.harness.fault.NodePair;
import io.replsqlite.harness.fault.NodePair.Member;
import io.replsqlite.harness.fault.PairCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Primary and follower stand on one disk, whose power goes amid their writes. What was acknowledged must be found when it
 * is back. {@code -Dpower.cuts=N} makes more of them, {@code -Dpower.seed=S} the same ones again.
 */
@Timeout(3600)
class PowerLossTest {
    private static final int CUTS = Integer.getInteger("power.cuts", 4);
    private static final long SEED = Long.getLong("power.seed", System.nanoTime());
    private static final int DISK_MEGABYTES = 192;
    private static final int FEWEST_ROWS = 40;
    private static final int MORE_ROWS = 400;
    private static final Duration ROWS_WAIT = Duration.ofSeconds(60);

    /** Small, so that a few hundred writes meet new segments and checkpoints. */
    private static final List<String> SETTINGS = List.of("--checkpoint-pages", "200", "--log-segment-bytes", "1MiB");

    @TempDir
    Path directory;

    private final Ledger ledger = new Ledger();
    private final Random random = new Random(SEED);

    @BeforeEach
    void requireDisk() throws Exception {
        System.out.println("-Dpower.seed=" + SEED);
        String missing = CutDisk.whyNot(Files.createDirectories(directory.resolve("probe")));
        assumeThat(missing).as("no disk whose power can be cut: %s", missing).isEmpty();
    }

    @Test
    void whatIsAcknowledgedSurvivesPowerCuts() throws Exception {
        try (CutDisk disk = CutDisk.create(directory, DISK_MEGABYTES);
                NodePair pair = new NodePair(disk.root(), SETTINGS)) {
            pair.startBoth();
            for (int cut = 1; cut <= CUTS; cut++) {
                cutAmidWrites(disk, pair);
                new PairCheck(pair, ledger).run();
            }
        }
        System.out.printf("%d power cuts, %d acknowledged%n", CUTS, ledger.acknowledgedCount());
        assertThat(ledger.acknowledgedCount()).isGreaterThanOrEqualTo(CUTS * FEWEST_ROWS);
    }

    /** Else the test above proves nothing. Without checkpoints, which sync as well. */
    @Test
    void aLogThatIsNotSyncedIsCaught() throws Exception {
        Map<String, String> bug =
                Map.of("JAVA_TOOL_OPTIONS", "-D" + DeliberateBug.PROPERTY + "=" + DeliberateBug.LOG_NOT_SYNCED.name());
        try (CutDisk disk = CutDisk.create(directory, DISK_MEGABYTES);
                NodePair pair = new NodePair(disk.root(), List.of("--checkpoint-pages", "1000000"), bug)) {
            pair.startBoth();
            cutAmidWrites(disk, pair);
            assertThat(new PairCheck(pair, ledger).objectionAt(Member.PRIMARY)).contains("acknowledged and lost");
        }
    }

    private void cutAmidWrites(CutDisk disk, NodePair pair) throws Exception {
        int enough = ledger.acknowledgedCount() + FEWEST_ROWS + random.nextInt(MORE_ROWS);
        try (LedgerWriter writer = new LedgerWriter(pair.client(Member.PRIMARY), ledger, random.nextLong())) {
            writer.resume();
            Await.until("rows are acknowledged", ROWS_WAIT, () -> ledger.acknowledgedCount() >= enough);
            disk.cut();
            for (Member member : Member.values()) {
                pair.kill(member);
            }
            writer.pause(); // the write under way is entered in the ledger first
        }
        disk.restore();
        pair.startBoth();
    }
}
