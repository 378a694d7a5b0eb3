package io.replsqlite.harness.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A run for people, in a directory: {@code report.md} with one table of goals, measured values and verdicts, a picture of
 * all of them, and one of each distribution; beside them {@code figures.json}.
 */
final class ReportPage {
    private final BenchReport report;
    private final Path directory;

    ReportPage(BenchReport report, Path directory) {
        this.report = report;
        this.directory = directory;
    }

    void write() throws IOException {
        Files.createDirectories(directory);
        report.write(directory.resolve("figures.json"));
        List<String> page = new ArrayList<>(List.of("# Figures", ""));
        page.addAll(machine(report.machine()));
        page.addAll(table());
        Plots.goals(
                report.figures().stream().filter(one -> one.figure().hasGoal()).toList(),
                directory.resolve("goals.png"));
        page.addAll(List.of("", "![goals](goals.png)", ""));
        page.addAll(distributions());
        Files.write(directory.resolve("report.md"), page);
    }

    private static List<String> machine(Machine machine) {
        return List.of(
                "Taken %s on %d x %s, %s %s, load %.2f before; %s, SQLite %s, sqlite-jdbc %s."
                        .formatted(
                                Instant.ofEpochMilli(machine.takenAtMillis()),
                                machine.processors(),
                                machine.processor(),
                                machine.system(),
                                machine.architecture(),
                                machine.loadAverage(),
                                machine.java(),
                                machine.sqlite(),
                                machine.sqliteJdbc()),
                "Each figure compares both sides in one run, in turns; warm-up is not counted.",
                "");
    }

    private List<String> table() {
        List<String> lines = new ArrayList<>(List.of(
                "| scenario | figure | goal | measured | verdict | ours | baseline |",
                "|---|---|---|---|---|---|---|"));
        for (ScenarioFigure one : report.figures()) {
            Figure figure = one.figure();
            lines.add("| %s | %s | %s | %s | %s | %s | %s |"
                    .formatted(
                            one.scenario(),
                            figure.what(),
                            goal(figure),
                            figure.isMeasured() ? "%.2f%s".formatted(figure.measured(), figure.unit()) : "not measured",
                            figure.hasGoal() ? (figure.isMet() ? "met" : "**missed**") : "",
                            figure.ours().text(),
                            figure.baseline().text()));
        }
        return lines;
    }

    private static String goal(Figure figure) {
        return figure.hasGoal() ? (figure.atLeast() ? ">= " : "<= ") + plain(figure.goal()) + figure.unit() : "none";
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    /** One picture per figure that has durations; two figures of one scenario with the same durations share it. */
    private List<String> distributions() throws IOException {
        List<String> lines = new ArrayList<>();
        Map<String, Measurement> drawn = new TreeMap<>();
        int number = 0;
        for (ScenarioFigure one : report.figures()) {
            Measurement ours = one.figure().ours();
            if (!ours.hasCurve() || ours.equals(drawn.put(one.scenario(), ours))) {
                continue;
            }
            number++;
            String file = "%02d-%s.png".formatted(number, one.scenario());
            Plots.distribution(one, directory.resolve(file));
            lines.addAll(List.of("## " + one.scenario(), "", "![" + one.figure().what() + "](" + file + ")", ""));
        }
        return lines;
    }
}
