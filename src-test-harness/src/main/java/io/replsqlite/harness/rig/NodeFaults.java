package io.replsqlite.harness.rig;

import io.replsqlite.harness.rig.Nemesis.Heal;
import io.replsqlite.harness.rig.Nemesis.Injected;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Faults of processes. */
final class NodeFaults {
    private static final int STUTTERS = 8;
    private static final int STUTTER_MILLIS = 250;
    private static final int HANDOFFS = 4;
    private static final int MOST_HANDOFFS_TRIED = 8;
    private static final int BETWEEN_HANDOFFS_MILLIS = 600;

    private NodeFaults() {}

    static Injected killPrimary(Rig rig, Random random) throws IOException, InterruptedException {
        int primary = rig.awaitPrimary();
        rig.kill(primary);
        boolean back = random.nextBoolean();
        if (back) {
            rig.launch(primary);
        }
        return new Injected("node" + primary + (back ? ", started again at once" : ""), Heal.BY_RIG);
    }

    static Injected killFollower(Rig rig, Random random) throws IOException, InterruptedException {
        int follower = follower(rig, random);
        rig.kill(follower);
        return new Injected("node" + follower, Heal.BY_RIG);
    }

    static Injected killAll(Rig rig, Random random) throws IOException, InterruptedException {
        for (int node = 1; node <= Rig.NODES; node++) {
            rig.kill(node);
        }
        for (int node = 1; node <= Rig.NODES; node++) {
            rig.launch(node);
        }
        return new Injected("all, and started again", Heal.BY_RIG);
    }

    static Injected restartPrimary(Rig rig, Random random) throws IOException, InterruptedException {
        int primary = rig.awaitPrimary();
        rig.stop(primary);
        rig.launch(primary);
        return new Injected("node" + primary, Heal.BY_RIG);
    }

    static Injected pausePrimary(Rig rig, Random random) throws IOException, InterruptedException {
        int primary = rig.awaitPrimary();
        rig.pause(primary);
        return new Injected("node" + primary, () -> rig.resume(primary));
    }

    /** Short stops, which no lease should notice and every deadline might. */
    static Injected stutter(Rig rig, Random random) throws IOException, InterruptedException {
        int node = 1 + random.nextInt(Rig.NODES);
        for (int i = 0; i < STUTTERS; i++) {
            rig.pause(node);
            waitMillis(STUTTER_MILLIS);
            rig.resume(node);
            waitMillis(STUTTER_MILLIS);
        }
        return new Injected("node" + node + ", " + STUTTERS + " times", Heal.BY_RIG);
    }

    /**
     * Each tenure gets a moment, in which the other nodes begin to follow it and clients write. A handoff may be refused
     * all the same, for instance if no follower is close enough; that changes nothing, and another one is tried.
     */
    static Injected handOff(Rig rig, Random random) throws IOException, InterruptedException {
        List<String> told = new ArrayList<>();
        int done = 0;
        for (int tried = 0; tried < MOST_HANDOFFS_TRIED && done < HANDOFFS; tried++) {
            int primary = rig.awaitPrimary();
            int next = pick(random, Rig.othersThan(primary));
            try {
                var ignored = rig.cluster().client(primary).handOff("node" + next);
                done++;
                told.add("node" + primary + " to node" + next);
            } catch (IOException refused) {
                told.add("node" + primary + " to node" + next + " refused: " + refused.getMessage());
            }
            waitMillis(BETWEEN_HANDOFFS_MILLIS);
        }
        return new Injected(String.join("; ", told), Heal.BY_RIG);
    }

    private static int follower(Rig rig, Random random) throws IOException, InterruptedException {
        return pick(random, Rig.othersThan(rig.awaitPrimary()));
    }

    static <T> T pick(Random random, List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    static void waitMillis(long millis) throws InterruptedException {
        boolean ignored = new CountDownLatch(1).await(millis, TimeUnit.MILLISECONDS);
    }
}
