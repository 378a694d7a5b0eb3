package io.replsqlite.harness.torture;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A report for people, as Markdown, and for programs, as JSON. */
final class ReportFiles {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private ReportFiles() {}

    static void write(TortureReport report, Path directory) throws IOException {
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("torture.md"), markdown(report));
        Files.write(directory.resolve("torture.json"), JSON.writeValueAsBytes(json(report)));
    }

    static Map<String, Object> json(TortureReport report) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("seed", report.plan().seed());
        json.put("durability", report.plan().durability().toString());
        json.put("machine", machine());
        json.put("rounds", report.rounds());
        json.put("operations", report.operations());
        json.put("failovers", report.failovers());
        json.put("faults", report.faults());
        json.put("examined", report.examined());
        json.put("setAside", report.setAside());
        json.put("unclassified", report.unclassified());
        json.put("unclassifiedExamples", report.unclassifiedExamples());
        json.put("passed", report.passed());
        json.put("violations", report.violations());
        return json;
    }

    private static String machine() {
        return "%s %s, %d processors, Java %s"
                .formatted(
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        Runtime.getRuntime().availableProcessors(),
                        System.getProperty("java.version"));
    }

    static String markdown(TortureReport report) {
        StringBuilder text = new StringBuilder();
        text.append("# Torture run, seed ").append(report.plan().seed()).append("\n\n");
        text.append(
                report.passed() ? "No violation." : "**" + report.violations().size() + " violations.**");
        text.append(" %d rounds, %d operations, %d failovers, durability %s; %s.\n\n"
                .formatted(
                        report.rounds(),
                        report.operationCount(),
                        report.failovers(),
                        report.plan().durability(),
                        machine()));
        report.violations()
                .forEach(violation -> text.append("- ").append(violation).append("\n"));
        table(text, "operations, as told", report.operations());
        table(text, "fault", report.faults());
        table(text, "check, facts examined", report.examined());
        text.append("\nTransactions of lost primaries that were set aside: ")
                .append(report.setAside())
                .append(". Answers that the table of errors does not know: ")
                .append(report.unclassified())
                .append(report.unclassifiedExamples().isEmpty() ? ".\n" : ", such as:\n\n");
        report.unclassifiedExamples()
                .forEach(example -> text.append("- ")
                        .append(example.replaceAll("\\s+", " "))
                        .append("\n"));
        return text.toString();
    }

    private static void table(StringBuilder text, String title, Map<?, Long> counts) {
        text.append("\n| ").append(title).append(" | |\n|---|---|\n");
        counts.forEach((what, count) ->
                text.append("| ").append(what).append(" | ").append(count).append(" |\n"));
    }
}
