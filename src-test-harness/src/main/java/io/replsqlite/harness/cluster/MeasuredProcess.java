package io.replsqlite.harness.cluster;

import io.replsqlite.base.MonotonicClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A command that ran to its end in a process of its own: how long it took, and the most memory it had resident.
 *
 * @param seconds from its start to its end
 * @param peakBytes 0 where the system does not tell (no {@code /proc})
 * @param output what it printed, errors included
 */
public record MeasuredProcess(double seconds, long peakBytes, String output) {
    private static final long LOOK_MILLIS = 10;
    private static final String PEAK = "VmHWM:";

    /** @throws IOException if it ends with anything but 0; the message has what it printed */
    public static MeasuredProcess run(List<String> command, Map<String, String> environment)
            throws IOException, InterruptedException {
        Path output = Files.createTempFile("replsqlite-bench-", ".out");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            long start = MonotonicClock.SYSTEM.nanoTime();
            Process process = builder.start();
            long peakBytes = 0;
            while (!process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
                peakBytes = Math.max(peakBytes, peakBytes(process.pid()));
            }
            double seconds = (MonotonicClock.SYSTEM.nanoTime() - start) / 1e9;
            String printed = Files.readString(output);
            if (process.exitValue() != 0) {
                throw new IOException(
                        command.get(0) + " ended with " + process.exitValue() + " and printed:\n" + printed);
            }
            return new MeasuredProcess(seconds, peakBytes, printed);
        } finally {
            Files.delete(output);
        }
    }

    /** A command of ours, with a node's heap. */
    public static MeasuredProcess ours(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                "io.replsqlite.server.cli.Main"));
        command.addAll(arguments);
        return run(command, Map.of());
    }

    public long peakMegabytes() {
        return peakBytes / 1_000_000;
    }

    /** The most memory that a running process has had resident; 0 if it has ended, or where the system does not tell. */
    public static long peakBytes(long pid) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc", Long.toString(pid), "status"))) {
                if (line.startsWith(PEAK)) {
                    return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
                }
            }
            return 0; // it has ended, and its memory is gone
        } catch (IOException endedOrNotLinux) {
            return 0;
        }
    }
}
