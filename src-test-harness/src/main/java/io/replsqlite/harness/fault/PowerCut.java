package io.replsqlite.harness.fault;

import io.replsqlite.base.DeliberateBug;
import io.replsqlite.harness.fault.NodePair.Member;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Power that goes while a pair of nodes on one disk is written to. */
public final class PowerCut {
    public static final int DISK_MEGABYTES = 192;
    public static final int FEWEST_ROWS = 40;
    private static final int MORE_ROWS = 400;
    private static final Duration ROWS_WAIT = Duration.ofSeconds(60);

    /** Checkpoints sync as well; this is more than the pair ever writes. */
    private static final List<String> WITHOUT_CHECKPOINTS = List.of("--checkpoint-pages", "1000000");

    private PowerCut() {}

    /** Returns when power is back and both nodes have started again. */
    public static void amidWrites(CutDisk disk, NodePair pair, Ledger ledger, Random random)
            throws IOException, InterruptedException {
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

    /** @return what is wrong after a power cut with nodes whose logs only say that they sync; empty if nothing is */
    public static String objectionToAnUnsyncedLog(Path directory, Random random)
            throws IOException, InterruptedException, SQLException {
        Map<String, String> bug =
                Map.of("JAVA_TOOL_OPTIONS", "-D" + DeliberateBug.PROPERTY + "=" + DeliberateBug.LOG_NOT_SYNCED.name());
        Ledger ledger = new Ledger();
        try (CutDisk disk = CutDisk.create(directory, DISK_MEGABYTES);
                NodePair pair = new NodePair(disk.root(), WITHOUT_CHECKPOINTS, bug)) {
            pair.startBoth();
            amidWrites(disk, pair, ledger, random);
            return new PairCheck(pair, ledger).objectionAt(Member.PRIMARY);
        }
    }
}
