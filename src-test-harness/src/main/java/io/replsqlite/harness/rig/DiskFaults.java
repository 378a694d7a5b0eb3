package io.replsqlite.harness.rig;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.harness.rig.Nemesis.Injected;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Faults at the named steps of a node's work, most of which are its disk's. */
final class DiskFaults {
    /** Steps that a node under load reaches within a moment, on either side of every durable one. */
    private static final List<FailurePoint> STEPS_UNDER_LOAD = List.of(
            FailurePoint.LOG_APPEND_PARTIAL,
            FailurePoint.LOG_APPENDED,
            FailurePoint.LOG_SYNCED,
            FailurePoint.CAPTURE_COMMITTED,
            FailurePoint.APPLY_FRAMES_PARTIAL,
            FailurePoint.APPLY_FRAMES_WRITTEN,
            FailurePoint.APPLY_INDEX_HASHED,
            FailurePoint.APPLY_HEADER_HALF,
            FailurePoint.APPLY_PUBLISHED);

    private static final List<FailurePoint> DISK_STEPS =
            List.of(FailurePoint.LOG_APPEND_PARTIAL, FailurePoint.LOG_APPENDED, FailurePoint.METADATA_WRITTEN);

    /** The primary's and every follower's way to an acknowledgement, and a follower's to its readers. */
    private static final List<FailurePoint> SLOW_STEPS =
            List.of(FailurePoint.LOG_APPENDED, FailurePoint.APPLY_FRAMES_WRITTEN);

    private static final int LATEST_HIT = 300;

    /** Some files are longer than that already, and some writes lie below it. */
    private static final int HIGHEST_LIMIT_BYTES = 8 << 20;

    private DiskFaults() {}

    static Injected haltAtFailurePoint(Rig rig, Random random) throws IOException, InterruptedException {
        int node = 1 + random.nextInt(Rig.NODES);
        return restartArmed(
                rig, node, NodeFaults.pick(random, STEPS_UNDER_LOAD), "halt@" + (1 + random.nextInt(LATEST_HIT)));
    }

    static Injected fullDisk(Rig rig, Random random) throws IOException, InterruptedException {
        int node = 1 + random.nextInt(Rig.NODES);
        return restartArmed(rig, node, NodeFaults.pick(random, DISK_STEPS), "full@" + (1 + random.nextInt(LATEST_HIT)));
    }

    static Injected brokenDisk(Rig rig, Random random) throws IOException, InterruptedException {
        int node = 1 + random.nextInt(Rig.NODES);
        return restartArmed(
                rig, node, NodeFaults.pick(random, DISK_STEPS), "error@" + (1 + random.nextInt(LATEST_HIT)));
    }

    /** The node dies, comes back with the fault in it, and is killed once more to be rid of it. */
    private static Injected restartArmed(Rig rig, int node, FailurePoint step, String action)
            throws IOException, InterruptedException {
        rig.kill(node);
        String armed = step + "=" + action;
        rig.launch(node, Map.of(FailurePoint.ENVIRONMENT, armed));
        return new Injected("node" + node + ", " + armed, () -> {
            rig.kill(node);
            rig.launch(node, Map.of());
        });
    }

    static Injected slowDisk(Rig rig, Random random) throws IOException, InterruptedException {
        int node = 1 + random.nextInt(Rig.NODES);
        return restartArmed(rig, node, NodeFaults.pick(random, SLOW_STEPS), "slow@1");
    }

    /** The disk of the node that leads, if this one does, answers no more: it has to leave the lease to another. */
    static Injected hangingDisk(Rig rig, Random random) throws IOException, InterruptedException {
        int node = 1 + random.nextInt(Rig.NODES);
        return restartArmed(rig, node, FailurePoint.LOG_SYNCED, "hang@" + (1 + random.nextInt(LATEST_HIT)));
    }

    /** The kernel refuses to write any file beyond a length (EFBIG), wherever the running node writes. */
    static Injected limitFiles(Rig rig, Random random) throws IOException, InterruptedException {
        int node = 1 + random.nextInt(Rig.NODES);
        int bytes = random.nextInt(HIGHEST_LIMIT_BYTES);
        rig.limitFiles(node, bytes);
        return new Injected("node" + node + ", to " + bytes + " bytes", () -> {
            rig.kill(node);
            rig.launch(node, Map.of());
        });
    }
}
