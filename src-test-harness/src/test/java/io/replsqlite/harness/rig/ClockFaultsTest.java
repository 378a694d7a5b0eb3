package io.replsqlite.harness.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.replsqlite.base.MonotonicClock;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A JVM under libfaketime. */
@Timeout(60)
class ClockFaultsTest {
    private static final long TOLERANCE_MILLIS = 5_000;

    @TempDir
    Path directory;

    private record Clocks(long wallMillis, long monotonicMillis) {
        static Clocks parse(String line) {
            String[] parts = line.split(" ", -1);
            return new Clocks(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
        }

        static Clocks here() {
            return new Clocks(MonotonicClock.SYSTEM.wallMillis(), MonotonicClock.SYSTEM.nanoTime() / 1_000_000);
        }
    }

    @BeforeEach
    void requireLibrary() {
        assumeThat(ClockFaults.LIBRARY)
                .as("src-test-harness/install-fault-packages installs libfaketime")
                .exists();
    }

    @Test
    void theWallClockOfARunningProcessJumpsAndItsMonotonicClockDoesNot() throws Exception {
        Path offset = Files.createFile(directory.resolve("offset"));
        ClockFaults.setTo(offset, "+0");
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                ClockTeller.class.getName());
        builder.environment().putAll(ClockFaults.shim(offset));
        Process teller = builder.start();
        try (BufferedWriter ask = teller.outputWriter();
                BufferedReader answers = teller.inputReader()) {
            assertApart(ask(ask, answers), 0);
            ClockFaults.setTo(offset, "-7200");
            assertApart(ask(ask, answers), -7_200_000);
            ClockFaults.setTo(offset, "+86400");
            assertApart(ask(ask, answers), 86_400_000);
        } finally {
            teller.destroy();
        }
    }

    private static Clocks ask(BufferedWriter ask, BufferedReader answers) throws IOException {
        ask.write("now\n");
        ask.flush();
        return Clocks.parse(answers.readLine());
    }

    private static void assertApart(Clocks there, long millis) {
        Clocks here = Clocks.here();
        assertThat(there.wallMillis() - here.wallMillis()).isCloseTo(millis, within(TOLERANCE_MILLIS));
        assertThat(there.monotonicMillis()).isCloseTo(here.monotonicMillis(), within(TOLERANCE_MILLIS));
    }
}
