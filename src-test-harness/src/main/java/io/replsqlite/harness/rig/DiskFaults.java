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
        int node = rig.pickUnarmed(random);
        return restartArmed(
                rig, node, NodeFaults.pick(random, STEPS_UNDER_LOAD), "halt@" + (1 + random.nextInt(LATEST_HIT)));
    }

    static Injected fullDisk(Rig rig, Random random) throws IOException, InterruptedException {
        int node = rig.pickUnarmed(random);
        return restartArmed(rig, node, NodeFaults.pick(random, DISK_STEPS), "full@" + (1 + random.nextInt(LATEST_HIT)));
    }

    static Injected brokenDisk(Rig rig, Random random) throws IOException, InterruptedException {
        int node = rig.pickUnarmed(random);
        return restartArmed(
                rig, node, NodeFaults.pick(random, DISK_STEPS), "error@" + (1 + random.nextInt(LATEST_HIT)));
    }

    /** The node dies and comes back with the fault in it, which stays until the node is killed once more. */
    private static Injected restartArmed(Rig rig, int node, FailurePoint step, String action)
            throws IOException, InterruptedException {
        String fault = step + "=" + action;
        rig.arm(node, Map.of(FailurePoint.ENVIRONMENT, fault));
        return new Injected("node" + node + ", " + fault, () -> rig.disarm(node));
    }

    static Injected slowDisk(Rig rig, Random random) throws IOException, InterruptedException {
        int node = rig.pickUnarmed(random);
        return restartArmed(rig, node, NodeFaults.pick(random, SLOW_STEPS), "slow@1");
    }

    /** The disk of a node that leads, unless the lease is refused it, answers no more: it has to leave it to another. */
    static Injected hangingDisk(Rig rig, Random random) throws IOException, InterruptedException {
        int node = rig.pickUnarmed(random);
        String hang = "hang@" + (1 + random.nextInt(LATEST_HIT));
        Injected armed = restartArmed(rig, node, FailurePoint.LOG_SYNCED, hang);
        return new Injected(armed.detail() + ", " + handLeaseTo(rig, node), armed.heal());
    }

    /** A fault that is there already: what this meets is told, and the round goes on. */
    private static String handLeaseTo(Rig rig, int node) throws InterruptedException {
        try {
            int primary = rig.awaitPrimary();
            if (primary != node) {
                var ignored = rig.cluster().client(primary).handOff("node" + node);
            }
            return "which leads";
        } catch (IOException refused) {
            return "which does not lead: " + refused.getMessage();
        }
    }

    /** The kernel refuses to write any file beyond a length (EFBIG), wherever the running node writes. */
    static Injected limitFiles(Rig rig, Random random) throws IOException, InterruptedException {
        int node = rig.pickUnarmed(random);
        int bytes = random.nextInt(HIGHEST_LIMIT_BYTES);
        rig.limitFiles(node, bytes);
        rig.markArmed(node);
        return new Injected("node" + node + ", to " + bytes + " bytes", () -> rig.disarm(node));
    }
}
