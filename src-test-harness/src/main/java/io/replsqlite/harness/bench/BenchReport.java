package io.replsqlite.harness.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import org.sqlite.SQLiteJDBCLoader;

/**
 * The figures of one run with the machine they were taken on, as JSON: {@code {"machine":{...},"figures":[{"what",
 * "measured","unit","goal","atLeast","met","ours":{...},"baseline":{...}}]}}.
 */
final class BenchReport {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Figure> figures;
    private final String sqliteVersion;
    private final long takenAtMillis;

    BenchReport(List<Figure> figures, String sqliteVersion, long takenAtMillis) {
        this.figures = List.copyOf(figures);
        this.sqliteVersion = sqliteVersion;
        this.takenAtMillis = takenAtMillis;
    }

    void write(Path file) throws IOException {
        Files.writeString(file, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(json()) + "\n");
    }

    private ObjectNode json() {
        ObjectNode root = JSON.createObjectNode();
        root.set("machine", machine());
        var list = root.putArray("figures");
        figures.forEach(figure -> list.add(describe(figure)));
        return root;
    }

    private ObjectNode machine() {
        return JSON.createObjectNode()
                .put("takenAtMillis", takenAtMillis)
                .put("cpus", Runtime.getRuntime().availableProcessors())
                .put("maxHeapBytes", Runtime.getRuntime().maxMemory())
                .put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"))
                .put("arch", System.getProperty("os.arch"))
                .put("java", System.getProperty("java.vm.name") + " " + System.getProperty("java.vm.version"))
                .put("sqlite", sqliteVersion)
                .put("sqliteJdbc", SQLiteJDBCLoader.getVersion());
    }

    private static ObjectNode describe(Figure figure) {
        ObjectNode json = JSON.createObjectNode()
                .put("what", figure.what())
                .put("measured", figure.measured())
                .put("unit", figure.unit().strip())
                .put("goal", figure.goal())
                .put("atLeast", figure.atLeast())
                .put("met", figure.isMet());
        json.set("ours", values(figure.ours()));
        json.set("baseline", values(figure.baseline()));
        return json;
    }

    private static ObjectNode values(Measurement measurement) {
        ObjectNode json = JSON.createObjectNode();
        new TreeMap<>(measurement.values()).forEach(json::put);
        return json;
    }
}
