package io.replsqlite.harness.simulation.disk;

import java.nio.file.Path;
import java.util.Random;
import java.util.function.Predicate;

/** What goes wrong on a disk, as the simulation's script sets it. */
public final class DiskFaults {
    /** So many operations on a log, on average, until others may run in between. */
    private static final int ONE_IN = 3;

    private double powerLoss;
    private double syncFailure;
    private boolean full;
    private boolean calm = true;
    private Predicate<Path> unsynced = path -> false;

    public static DiskFaults none() {
        return new DiskFaults();
    }

    /** @param perOperation how likely the machine loses its power at an operation that changes something */
    public void powerLoss(double perOperation) {
        powerLoss = perOperation;
    }

    public void syncFailure(double perSync) {
        syncFailure = perSync;
    }

    public void full(boolean isFull) {
        full = isFull;
    }

    /** Others may run between two operations on a log. */
    public void interleave() {
        calm = false;
    }

    /** A defect to be caught: syncing these files does nothing. */
    public void ignoreSyncOf(Predicate<Path> files) {
        unsynced = files;
    }

    boolean losesPower(Random random) {
        return powerLoss > 0 && random.nextDouble() < powerLoss;
    }

    boolean failsSync(Random random) {
        return syncFailure > 0 && random.nextDouble() < syncFailure;
    }

    boolean isFull() {
        return full;
    }

    boolean ignoresSync(Path path) {
        return unsynced.test(path);
    }

    /** Not at files that are written under a monitor: whoever wants it would stop the simulation. */
    boolean lets(Path path, Random random) {
        return !calm && random.nextInt(ONE_IN) == 0 && path.toString().contains("/log/");
    }
}
