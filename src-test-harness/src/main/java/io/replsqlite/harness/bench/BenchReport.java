package io.replsqlite.harness.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;

/**
 * The figures of one run with the machine they were taken on, as JSON: {@code {"machine":{...},"figures":[{"scenario",
 * "what","measured","unit","goal","atLeast","met","ours":{...},"baseline":{...}}]}}. A side whose durations were measured
 * has {@code "curveMicros"}, at the {@code "curveFractions"} of the root. A figure that nobody has asked for has no goal,
 * one that could not be measured no {@code "measured"}.
 */
record BenchReport(Machine machine, List<ScenarioFigure> figures) {
    private static final ObjectMapper JSON = new ObjectMapper();

    BenchReport {
        figures = List.copyOf(figures);
    }

    void write(Path file) throws IOException {
        Files.writeString(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json()) + "\n");
    }

    private ObjectNode json() {
        ObjectNode root = JSON.createObjectNode();
        root.set("machine", JSON.valueToTree(machine));
        root.set("curveFractions", JSON.valueToTree(Samples.FRACTIONS));
        var list = root.putArray("figures");
        figures.forEach(one -> list.add(describe(one.scenario(), one.figure())));
        return root;
    }

    private static ObjectNode describe(String scenario, Figure figure) {
        ObjectNode json = JSON.createObjectNode()
                .put("scenario", scenario)
                .put("what", figure.what())
                .put("unit", figure.unit().strip());
        if (figure.isMeasured()) {
            json.put("measured", figure.measured());
        }
        if (figure.hasGoal()) {
            json.put("goal", figure.goal()).put("atLeast", figure.atLeast()).put("met", figure.isMet());
        }
        json.set("ours", values(figure.ours()));
        json.set("baseline", values(figure.baseline()));
        return json;
    }

    private static ObjectNode values(Measurement measurement) {
        ObjectNode json = JSON.createObjectNode();
        new TreeMap<>(measurement.values()).forEach(json::put);
        if (measurement.hasCurve()) {
            json.set("curveMicros", JSON.valueToTree(measurement.curveMicros()));
        }
        return json;
    }
}
