package io.replsqlite.harness.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.util.List;
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
        new BenchReport(List.of(missed, met), "3.54.0", 1234).write(file);

        JsonNode json = new ObjectMapper().readTree(file.toFile());
        JsonNode machine = json.path("machine");
        assertThat(machine.path("cpus").asInt()).isPositive();
        assertThat(machine.path("sqlite").asText()).isEqualTo("3.54.0");
        assertThat(machine.path("java").asText()).contains(System.getProperty("java.vm.version"));
        assertThat(machine.path("takenAtMillis").asLong()).isEqualTo(1234);

        JsonNode first = json.path("figures").path(0);
        assertThat(first.path("met").asBoolean()).isFalse();
        assertThat(first.path("measured").asDouble()).isEqualTo(1.75);
        assertThat(first.path("ours").path("p50Micros").asDouble()).isEqualTo(51);
        assertThat(first.path("ours").path("maxMicros").asDouble()).isEqualTo(101);
        assertThat(first.path("ours").path("samples").asInt()).isEqualTo(101);
        assertThat(first.path("baseline")).isEmpty();
        JsonNode second = json.path("figures").path(1);
        assertThat(second.path("met").asBoolean()).isTrue();
        assertThat(second.path("unit").asText()).isEqualTo("x");
        assertThat(second.path("baseline").path("transactionsPerSecond").asDouble())
                .isEqualTo(1000);
    }
}
