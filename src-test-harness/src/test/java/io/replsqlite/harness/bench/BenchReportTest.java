package io.replsqlite.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchReportTest {
    @TempDir
    Path directory;

    @Test
    void everyFigureIsWrittenWithItsValuesAndTheMachine() throws Exception {
        Samples samples = new Samples();
        for (int i = 1; i <= 101; i++) {
            samples.add(i * 1000L);
        }
        Figure missed = new Figure("commit", samples.measurement(), Measurement.NONE, 1.75, 1.5, false, "x");
        Figure met = new Figure(
                "apply",
                Measurement.of("2000/s", "transactionsPerSecond", 2000),
                Measurement.of("1000/s", "transactionsPerSecond", 1000),
                2,
                1,
                true,
                " x");
        Path file = directory.resolve("bench.json");
        BenchReport report = new BenchReport(
                Machine.describe(1234),
                List.of(new ScenarioFigure("commit", missed), new ScenarioFigure("apply", met)));
        report.write(file);

        JsonNode json = new ObjectMapper().readTree(file.toFile());
        JsonNode machine = json.path("machine");
        assertThat(machine.path("processors").asInt()).isPositive();
        assertThat(machine.path("sqlite").asText()).startsWith("3.");
        assertThat(machine.path("java").asText()).contains(System.getProperty("java.vm.version"));
        assertThat(machine.path("takenAtMillis").asLong()).isEqualTo(1234);

        JsonNode first = json.path("figures").path(0);
        assertThat(first.path("met").asBoolean()).isFalse();
        assertThat(first.path("measured").asDouble()).isEqualTo(1.75);
        assertThat(first.path("ours").path("p50Micros").asDouble()).isEqualTo(51);
        assertThat(first.path("ours").path("maxMicros").asDouble()).isEqualTo(101);
        assertThat(first.path("ours").path("samples").asInt()).isEqualTo(101);
        assertThat(first.path("ours").path("curveMicros")).hasSameSizeAs(json.path("curveFractions"));
        assertThat(first.path("scenario").asText()).isEqualTo("commit");
        assertThat(first.path("baseline")).isEmpty();
        JsonNode second = json.path("figures").path(1);
        assertThat(second.path("met").asBoolean()).isTrue();
        assertThat(second.path("unit").asText()).isEqualTo("x");
        assertThat(second.path("baseline").path("transactionsPerSecond").asDouble())
                .isEqualTo(1000);
    }

    @Test
    void thePageShowsEveryGoalAndDrawsEveryDistribution() throws Exception {
        Samples ours = new Samples();
        Samples plain = new Samples();
        for (int i = 1; i <= 10_000; i++) {
            ours.add(i * 1500L);
            plain.add(i * 1000L);
        }
        Figure commit = new Figure("commit, p50", ours.measurement(), plain.measurement(), 1.5, 1.3, false, "x");
        Figure rate =
                new Figure("apply", Measurement.of("2000/s", "perSecond", 2000), Measurement.NONE, 2, 1, true, " x");
        Path page = directory.resolve("figures");
        new ReportPage(
                        new BenchReport(
                                Machine.describe(1234),
                                List.of(new ScenarioFigure("commit", commit), new ScenarioFigure("apply", rate))),
                        page)
                .write();

        assertThat(page.resolve("report.md"))
                .content()
                .contains("| commit | commit, p50 | <= 1.3x | 1.50x | **missed** |")
                .contains("| apply | apply | >= 1 x | 2.00 x | met |")
                .contains("![commit, p50](01-commit.png)");
        for (String picture : List.of("goals.png", "01-commit.png")) {
            BufferedImage image = ImageIO.read(page.resolve(picture).toFile());
            assertThat(image.getWidth()).isEqualTo(1000);
        }
    }
}
