package io.replsqlite.harness.torture;

import io.replsqlite.base.Deadline;
import io.replsqlite.base.Durability;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.harness.history.HistoryFile;
import io.replsqlite.harness.rig.Nemesis;
import io.replsqlite.harness.rig.Rig;
import io.replsqlite.harness.torture.Round.RoundTimes;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Rounds on one cluster until the time is up or a round finds a violation. Every choice follows from the seed; when what
 * happens is up to the machine.
 */
public final class Torture {
    /** Every second round has two faults at once. */
    private static final int ROUNDS_PER_DOUBLE = 2;

    /** A disk that hangs is noticed while the fault stays. */
    private static final List<String> SETTINGS = List.of("--disk-stall-limit", "1s");

    /** A lease, which is 4 s, outlives it. */
    private static final RoundTimes A_MOMENT = new RoundTimes(1_500, 1_500);

    /** Longer than a lease and the election after it. */
    private static final RoundTimes BEYOND_THE_LEASE = new RoundTimes(5_500, 1_500);

    /**
     * @param time after which no new round begins
     * @param rounds after how many it ends in any case
     * @param nemeses what may be done; each once, those that move the lease twice, in an order of the seed, before any
     *     comes again
     */
    public record Plan(long seed, Duration time, int rounds, Durability durability, List<Nemesis> nemeses) {
        public Plan {
            nemeses = List.copyOf(nemeses);
        }
    }

    private final Plan plan;
    private final Path directory;
    /** The longest is the last. */
    private final List<RoundTimes> times;

    private final Consumer<String> progress;
    private final List<RoundReport> reports = new ArrayList<>();
    private final List<Nemesis> upcoming = new ArrayList<>();
    private final Random order;

    /** @param directory new or empty; the cluster's files stay there */
    public Torture(Plan plan, Path directory, Consumer<String> progress) {
        this(plan, directory, List.of(A_MOMENT, BEYOND_THE_LEASE), progress);
    }

    private Torture(Plan plan, Path directory, List<RoundTimes> times, Consumer<String> progress) {
        this.plan = plan;
        this.directory = directory;
        this.times = times;
        this.progress = progress;
        this.order = new Random(plan.seed());
    }

    /** For runs of a few seconds: faults are short, so that a lease may outlive them. */
    public static Torture brief(Plan plan, Path directory, Consumer<String> progress) {
        return new Torture(plan, directory, List.of(new RoundTimes(1_500, 500)), progress);
    }

    /** @throws IOException if the cluster does not even start */
    public TortureReport run() throws IOException, InterruptedException, SQLException {
        Deadline deadline = Deadline.after(plan.time(), MonotonicClock.SYSTEM);
        String stuck = null;
        try (Rig rig = Rig.start(directory.resolve("cluster"), plan.durability(), plan.seed(), SETTINGS)) {
            Schema.create(rig.cluster());
            rig.awaitLevel();
            do {
                stuck = runRound(rig);
            } while (stuck == null && lastPassed() && reports.size() < plan.rounds() && !deadline.hasPassed());
        }
        return TortureReport.of(plan, reports, stuck);
    }

    private boolean lastPassed() {
        return reports.get(reports.size() - 1).passed();
    }

    /** @return why the round did not come to its end; null if it did */
    private @Nullable String runRound(Rig rig) throws IOException, InterruptedException, SQLException {
        int number = reports.size() + 1;
        Random random = ofRound(plan.seed(), number);
        long setAsideBefore =
                reports.isEmpty() ? 0 : reports.get(reports.size() - 1).setAside();
        List<Nemesis> chosen = choose(number);
        progress.accept(
                "round " + number + ": " + chosen.stream().map(Nemesis::word).toList());
        try {
            Round.Judged judged =
                    new Round(rig, number, chosen, random, hold(chosen, random)).run(plan.durability(), setAsideBefore);
            RoundReport report = judged.report();
            reports.add(report);
            progress.accept(TortureReport.line(report));
            if (!report.passed()) {
                HistoryFile.write(judged.history(), historyFile(number));
            }
            return null;
        } catch (TortureException failure) {
            HistoryFile.write(failure.history(), historyFile(number));
            progress.accept("round " + number + " did not end: " + failure.getMessage());
            return failure.getMessage();
        }
    }

    private RoundTimes hold(List<Nemesis> chosen, Random random) {
        boolean wait = chosen.stream().anyMatch(Nemesis::waitsForWork);
        return wait ? times.get(times.size() - 1) : times.get(random.nextInt(times.size()));
    }

    /** Mixed: seeds that follow one another give a {@link Random} the same first choices for dozens of rounds. */
    static Random ofRound(long seed, int round) {
        return new Random(new SplittableRandom(seed * 1_000_003 + round).nextLong());
    }

    private Path historyFile(int round) {
        return directory.resolve("history-" + round + ".jsonl");
    }

    private List<Nemesis> choose(int round) {
        List<Nemesis> chosen = new ArrayList<>();
        int count = round % ROUNDS_PER_DOUBLE == 0 && plan.nemeses().size() > 1 ? 2 : 1;
        while (chosen.size() < count) {
            if (upcoming.isEmpty()) {
                upcoming.addAll(plan.nemeses());
                upcoming.addAll(
                        plan.nemeses().stream().filter(Nemesis::movesLease).toList());
                Collections.shuffle(upcoming, order);
            }
            chosen.add(upcoming.remove(0));
        }
        return chosen;
    }
}
