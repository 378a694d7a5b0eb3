package io.replsqlite.harness.simulation;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.harness.simulation.node.Defect;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs seeds, each twice, until one violates a guarantee, the number is reached or the time is over. */
@Command(
        name = "simulate",
        description = "Simulates the replication core under faults that a seed chooses, and checks the guarantees.")
public final class SimulateCommand implements Callable<Integer> {
    private static final long PROGRESS_EVERY = 100;

    @Option(names = "--seed", description = "The first seed; alone, the only one (default: the time of day).")
    private @Nullable Long seed;

    @Option(names = "--seeds", description = "How many seeds (default: 200, or 1 with --seed).")
    private @Nullable Long seeds;

    @Option(names = "--minutes", description = "Goes on for so long, whatever the number of seeds.")
    private @Nullable Long minutes;

    @Option(names = "--once", description = "Runs each seed once, without comparing two traces.")
    private boolean once;

    @Option(
            names = "--defect",
            paramLabel = "NAME",
            description = "Puts a deliberate bug in, which must be found: ${COMPLETION-CANDIDATES}.")
    private @Nullable Defect defect;

    @Override
    public Integer call() {
        long first = seed == null ? MonotonicClock.SYSTEM.wallMillis() : seed;
        long count = seeds != null ? seeds : minutes != null ? Long.MAX_VALUE : seed != null ? 1 : 200;
        Duration atMost = minutes == null ? Duration.ofDays(365) : Duration.ofMinutes(minutes);
        Deadline deadline = Deadline.after(atMost, MonotonicClock.SYSTEM);
        Tally tally = new Tally();
        for (long i = 0; i < count && !deadline.hasPassed(); i++) {
            if (!run(first + i, tally)) {
                return 1;
            }
            if ((i + 1) % PROGRESS_EVERY == 0) {
                System.out.println(tally.text());
            }
        }
        System.out.println(tally.text());
        System.out.println("no violation; first seed " + first);
        return 0;
    }

    private boolean run(long one, Tally tally) {
        Set<Defect> defects = defect == null ? EnumSet.noneOf(Defect.class) : EnumSet.of(defect);
        SimulationResult result = Simulation.run(one, defects);
        tally.add(result);
        if (!result.isClean()) {
            result.lastEvents().forEach(System.out::println);
            System.out.println("seed " + one + ": " + result.violation());
            System.out.println(
                    "replay: ./replsqlite simulate --seed " + one + (defect == null ? "" : " --defect " + defect));
            return false;
        }
        if (!once && Simulation.run(one, defects).traceHash() != result.traceHash()) {
            System.out.println("seed " + one + ": two runs have different traces: something in it is not simulated");
            return false;
        }
        return true;
    }

    /** What all seeds came to. */
    private static final class Tally {
        private long seeds;
        private long steps;
        private long crashes;
        private long partitions;
        private long tenures;
        private long acknowledged;
        private long unknown;
        private long checks;

        void add(SimulationResult result) {
            seeds++;
            steps += result.steps();
            crashes += result.crashes();
            partitions += result.partitions();
            tenures += result.tenures();
            acknowledged += result.acknowledged();
            unknown += result.unknown();
            checks += result.checks();
        }

        String text() {
            return String.format(
                    Locale.ROOT,
                    "%d seeds: %,d steps, %,d crashes, %,d cuts, %,d tenures, %,d acknowledged, %,d unknown, %,d checks",
                    seeds,
                    steps,
                    crashes,
                    partitions,
                    tenures,
                    acknowledged,
                    unknown,
                    checks);
        }
    }
}
