package io.replsqlite.harness.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.FailurePoint;
import io.replsqlite.base.NamedThreads;
import io.replsqlite.harness.demo.ConsoleTable;
import io.replsqlite.harness.fault.NodePair.Member;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real nodes die, or meet a full or broken disk, at every failure point in every role that reaches it. Afterwards nothing
 * acknowledged may be lost and both nodes must be whole and equal: see {@link io.replsqlite.harness.fault.PairCheck}.
 *
 * <p>One cell for every second point, by the day the other points and another cell, as the whole takes minutes; {@code
 * -Dcrash.all=true} runs every cell, {@code -Dcrash.only} (part of a point's name) those of some points. {@code crash.seed}
 * and {@code crash.sample} replay a run.
 */
class CrashTest {
    private static final int LANES = 2;
    private static final long SEED = Long.getLong("crash.seed", 20_260_701L);
    private static final long SAMPLE =
            Long.getLong("crash.sample", LocalDate.now(ZoneOffset.UTC).toEpochDay());
    private static final String ONLY = System.getProperty("crash.only", "");
    private static final boolean ALL = Boolean.getBoolean("crash.all") || !ONLY.isEmpty();

    @TempDir
    Path directory;

    @Test
    void everyPointIsInThePlanOfEveryRoleThatCanReachIt() {
        List<CrashCell> halts = CrashPlan.halts(SEED);
        List<CrashCell> failures = CrashPlan.failures(SEED);
        for (Member member : Member.values()) {
            Map<FailurePoint, String> unreachable = CrashPlan.unreachable().getOrDefault(member, Map.of());
            for (FailurePoint point : FailurePoint.values()) {
                assertThat(has(halts, point, member))
                        .as("%s on the %s dies there", point, member)
                        .isEqualTo(!unreachable.containsKey(point));
                assertThat(has(failures, point, member))
                        .as("%s on the %s fails there", point, member)
                        .isEqualTo(!unreachable.containsKey(point));
            }
        }
    }

    private static boolean has(List<CrashCell> cells, FailurePoint point, Member member) {
        return cells.stream().anyMatch(cell -> cell.point() == point && cell.member() == member);
    }

    @Test
    void aSampleHasEveryPointAndAFewSamplesHaveEveryCell() {
        List<CrashCell> cells = everyCell();
        Set<CrashCell> met = new LinkedHashSet<>();
        for (long number = SAMPLE; number < SAMPLE + cells.size(); number++) {
            Set<CrashCell> sample = CrashPlan.sample(cells, number);
            assertThat(sample).extracting(CrashCell::point).doesNotHaveDuplicates();
            assertThat(sample.stream().map(CrashCell::point).collect(Collectors.toSet()))
                    .isEqualTo(cells.stream().map(CrashCell::point).collect(Collectors.toSet()));
            met.addAll(sample);
        }
        assertThat(met).containsExactlyInAnyOrderElementsOf(new LinkedHashSet<>(cells));
    }

    private static List<CrashCell> everyCell() {
        List<CrashCell> cells = new ArrayList<>(CrashPlan.halts(SEED));
        cells.addAll(CrashPlan.failures(SEED));
        return cells;
    }

    @Test
    @Timeout(900)
    void nothingIsLostWhenANodeDiesAtAnyFailurePoint() throws Exception {
        check(CrashPlan.halts(SEED));
    }

    @Test
    @Timeout(900)
    void nothingIsLostWhenTheDiskFailsAtAnyFailurePoint() throws Exception {
        check(CrashPlan.failures(SEED));
    }

    private static boolean isOfTheDay(FailurePoint point) {
        return Math.floorMod(point.ordinal() + SAMPLE, 2) == 0;
    }

    private void check(List<CrashCell> all) throws Exception {
        Set<CrashCell> sample = CrashPlan.sample(everyCell(), SAMPLE / 2); // both halves meet every cell
        List<CrashCell> wanted = all.stream()
                .filter(cell -> cell.point().name().contains(ONLY))
                .filter(cell -> ALL || (isOfTheDay(cell.point()) && sample.contains(cell)))
                .toList();
        List<CrashLane.Result> results = runInLanes(wanted);
        System.out.println(table(results));
        List<String> wrong = results.stream()
                .filter(result -> !result.objection().isEmpty())
                .map(result -> result.cell() + ": " + result.objection())
                .toList();
        assertThat(results).as("cells that ran").hasSameSizeAs(wanted);
        assertThat(wrong)
                .as("cells that went wrong with -Dcrash.seed=%d -Dcrash.sample=%d", SEED, SAMPLE)
                .isEmpty();
    }

    private List<CrashLane.Result> runInLanes(List<CrashCell> cells) throws Exception {
        ConcurrentLinkedQueue<CrashCell> waiting = new ConcurrentLinkedQueue<>(cells);
        ExecutorService lanes = Executors.newFixedThreadPool(LANES, NamedThreads.of("crash-lane"));
        try {
            List<Future<List<CrashLane.Result>>> running = new ArrayList<>();
            for (int lane = 0; lane < LANES; lane++) {
                Path laneDirectory = directory.resolve("lane" + lane);
                long laneSeed = SEED + lane;
                running.add(lanes.submit(() -> runLane(laneDirectory, laneSeed, waiting)));
            }
            List<CrashLane.Result> results = new ArrayList<>();
            for (Future<List<CrashLane.Result>> lane : running) {
                results.addAll(lane.get());
            }
            return results;
        } finally {
            lanes.shutdownNow();
        }
    }

    private static List<CrashLane.Result> runLane(Path root, long seed, ConcurrentLinkedQueue<CrashCell> waiting)
            throws Exception {
        List<CrashLane.Result> results = new ArrayList<>();
        try (CrashLane lane = new CrashLane(root, seed)) {
            for (CrashCell cell = waiting.poll(); cell != null; cell = waiting.poll()) {
                results.add(lane.run(cell));
            }
        }
        return results;
    }

    private static ConsoleTable table(List<CrashLane.Result> results) {
        ConsoleTable table = new ConsoleTable("failure point", "role", "armed", "by", "observed", "result");
        results.stream()
                .sorted((one, other) ->
                        one.cell().point().compareTo(other.cell().point()))
                .forEach(result -> table.row(
                        result.cell().point().name(),
                        result.cell().role(),
                        result.cell().action() + "@" + result.cell().atHit(),
                        result.cell().recipe().name(),
                        result.observed(),
                        result.objection().isEmpty() ? "whole and equal" : "WRONG"));
        return table;
    }
}
