package io.replsqlite.harness.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.replsqlite.base.Durability;
import io.replsqlite.harness.check.OnceCheck;
import io.replsqlite.harness.history.History;
import io.replsqlite.harness.history.Level;
import io.replsqlite.harness.history.Operation;
import io.replsqlite.harness.history.Outcome;
import io.replsqlite.harness.rig.Nemesis;
import io.replsqlite.harness.torture.RoundReport.Answers;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class TortureTest {
    @TempDir
    Path directory;

    private static Torture.Plan plan(Durability durability, int rounds, String faults) {
        long seed = Long.getLong("torture.seed", 4_711L);
        return new Torture.Plan(seed, Duration.ofSeconds(90), rounds, durability, Nemesis.parse(faults));
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    @Timeout(300)
    void aShortRunWithLocalDurabilityLosesNothingSilently() throws Exception {
        List<String> lines = new ArrayList<>();
        Torture.Plan plan = plan(Durability.LOCAL, 3, "kill,cut,one-way,half-open");
        TortureReport report =
                Torture.brief(plan, directory.resolve("run"), lines::add).run();
        assertThat(report.violations()).as("seed %d: %s", plan.seed(), lines).isEmpty();
        assertThat(report.rounds()).isPositive();
        assertThat(report.faults()).isNotEmpty();
        assertThat(report.operationCount()).isGreaterThan(100);

        ReportFiles.write(report, directory);
        assertThat(directory.resolve("torture.md")).content().contains("No violation", "seed " + plan.seed());
        assertThat(directory.resolve("torture.json")).content().contains("\"passed\" : true");
    }

    @Test
    void firstChoicesDifferFromRoundToRound() {
        long chosen = IntStream.range(0, 40)
                .filter(round -> Torture.ofRound(1, round).nextBoolean())
                .count();
        assertThat(chosen).isBetween(10L, 30L);
    }

    @Test
    void aRunThatInjectedNothingHasFailed() {
        TortureReport report = TortureReport.of(plan(Durability.QUORUM, 1, "kill"), List.of(), null);
        assertThat(report.passed()).isFalse();
        assertThat(report.violations()).singleElement().asString().contains("no fault was injected");
    }

    @Test
    void aFaultThatWasNotPossibleIsNone() {
        RoundReport.Fault fault = new RoundReport.Fault("kill", RoundReport.NOT_POSSIBLE + "nobody leads", 0, 1);
        RoundReport round = new RoundReport(1, 10, List.of(fault), Answers.of(new History(List.of())), List.of(), 0);
        TortureReport report = TortureReport.of(plan(Durability.QUORUM, 1, "kill"), List.of(round), null);
        assertThat(report.violations()).singleElement().asString().contains("no fault was injected");
        assertThat(report.faults()).containsOnlyKeys("kill, not possible");
    }

    @Test
    void aRunWhoseChecksSawTooLittleHasFailed() {
        RoundReport round = new RoundReport(
                1,
                10,
                List.of(new RoundReport.Fault("kill", "node1", 0, 1)),
                Answers.of(new History(List.of())),
                List.of(OnceCheck.check(new History(List.of()), List.of(), 0)),
                0);
        TortureReport report = TortureReport.of(plan(Durability.QUORUM, 1, "kill"), List.of(round), null);
        assertThat(report.violations()).singleElement().asString().contains("only 0 facts");
    }

    @Test
    void aRoundThatDidNotEndIsAViolation() {
        TortureReport report = TortureReport.of(plan(Durability.QUORUM, 1, "kill"), List.of(), "a client hangs");
        assertThat(report.violations()).contains("a client hangs");
        assertThat(ReportFiles.markdown(report)).contains("violations", "a client hangs");
    }

    @Test
    void answersThatTheTableDoesNotKnowAreTold() {
        String strange = Telling.note(new SQLException("what\nis this", "99999"));
        History history = new History(List.of(told(1, strange), told(2, strange), told(3, "40001 known")));
        RoundReport round = new RoundReport(1, 10, List.of(), Answers.of(history), List.of(), 0);
        TortureReport report = TortureReport.of(plan(Durability.QUORUM, 1, "kill"), List.of(round), null);
        assertThat(report.unclassified()).isEqualTo(2);
        assertThat(ReportFiles.json(report)).containsEntry("unclassifiedExamples", List.of(strange));
        assertThat(ReportFiles.markdown(report))
                .contains("does not know: 2, such as:", "99999 SQLException: what is this");
    }

    private static Operation told(long number, String note) {
        return new Operation(number, 1, 1, 1, Level.SESSION, List.of(), Outcome.UNKNOWN, 0, 1, 0, 0, note);
    }
}
