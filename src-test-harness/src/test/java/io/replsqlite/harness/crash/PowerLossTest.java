package io.replsqlite.harness.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.replsqlite.harness.fault.CutDisk;
import io.replsqlite.harness.fault.Ledger;
import io.replsqlite.harness.fault.NodePair;
import io.replsqlite.harness.fault.PairCheck;
import io.replsqlite.harness.fault.PowerCut;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
        try (CutDisk disk = CutDisk.create(directory, PowerCut.DISK_MEGABYTES);
                NodePair pair = new NodePair(disk.root(), SETTINGS)) {
            pair.startBoth();
            for (int cut = 1; cut <= CUTS; cut++) {
                PowerCut.amidWrites(disk, pair, ledger, random);
                new PairCheck(pair, ledger).run();
            }
        }
        System.out.printf("%d power cuts, %d acknowledged%n", CUTS, ledger.acknowledgedCount());
        assertThat(ledger.acknowledgedCount()).isGreaterThanOrEqualTo(CUTS * PowerCut.FEWEST_ROWS);
    }

    /** Else the test above proves nothing. */
    @Test
    void aLogThatIsNotSyncedIsCaught() throws Exception {
        assertThat(PowerCut.objectionToAnUnsyncedLog(directory, random)).contains("acknowledged and lost");
    }
}
