package io.replsqlite.harness.rig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.replsqlite.base.MonotonicClock;
import io.replsqlite.harness.fault.Await;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A JVM under libfaketime. */
@Timeout(60)
class ClockFaultsTest {
    private static final long TOLERANCE_MILLIS = 5_000;
    private static final Offset<Long> TOLERANCE = within(TOLERANCE_MILLIS);

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
            assertThat(apartMillis(ask(ask, answers))).isCloseTo(0, TOLERANCE);
            ClockFaults.setTo(offset, "-7200");
            awaitApart(ask, answers, -7_200_000);
            ClockFaults.setTo(offset, "+86400");
            awaitApart(ask, answers, 86_400_000);
        } finally {
            teller.destroy();
        }
    }

    private static Clocks ask(BufferedWriter ask, BufferedReader answers) throws IOException {
        ask.write("now\n");
        ask.flush();
        return Clocks.parse(answers.readLine());
    }

    private static void awaitApart(BufferedWriter ask, BufferedReader answers, long millis) throws Exception {
        Await.until(
                "the clock has jumped by " + millis + " ms",
                Duration.ofSeconds(20),
                () -> Math.abs(apartMillis(ask(ask, answers)) - millis) < TOLERANCE_MILLIS);
    }

    /** Of the wall clocks; the monotonic ones are never apart. */
    private static long apartMillis(Clocks there) {
        Clocks here = Clocks.here();
        assertThat(there.monotonicMillis()).isCloseTo(here.monotonicMillis(), TOLERANCE);
        return there.wallMillis() - here.wallMillis();
    }
}
