package io.replsqlite.harness.fault;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Everybody who looks at a follower's file during a soak run, each in a process of its own, with three SQLite libraries:
 * that of sqlite-jdbc, Python's and the shell's. For one thread.
 */
final class Bystanders implements AutoCloseable {
    private static final String SCRIPT = "bystander.py";
    private static final int PROBE_SECONDS = 20;

    /** What a bystander does, and by which SQLite. */
    enum Kind {
        JVM_READER,
        PYTHON_READER,
        SHELL_CHECKER,
        JVM_WRITER,
        PYTHON_WRITER;

        private boolean writes() {
            return this == JVM_WRITER || this == PYTHON_WRITER;
        }
    }

    private record Running(Kind kind, Bystander process) {}

    private final List<Running> running = new ArrayList<>();
    private final Map<Kind, List<JsonNode>> reports = new EnumMap<>(Kind.class);
    private final List<String> skipped = new ArrayList<>();

    /** @param scratch a directory for the script */
    static Bystanders start(Path file, int jvmReaders, int checkEvery, Path scratch)
            throws IOException, InterruptedException {
        Bystanders all = new Bystanders();
        try {
            all.startJvms(file.toString(), jvmReaders, checkEvery);
            all.startPython(file.toString(), checkEvery, scratch);
            return all;
        } catch (IOException | InterruptedException | RuntimeException failure) {
            all.close();
            throw failure;
        }
    }

    private void startJvms(String file, int readers, int checkEvery) throws IOException {
        for (int i = 0; i < readers; i++) {
            add(Kind.JVM_READER, Bystander.start(SnapshotReader.class, List.of(file, String.valueOf(checkEvery))));
        }
        add(Kind.JVM_WRITER, Bystander.start(ForeignWriter.class, List.of(file)));
    }

    private void startPython(String file, int checkEvery, Path scratch) throws IOException, InterruptedException {
        if (!runs("python3", "-c", "import sqlite3")) {
            skipped.add("Python reader, writer and shell: no python3 with its sqlite3 module on this machine");
            return;
        }
        Path script = scratch.resolve(SCRIPT);
        try (InputStream resource = Bystanders.class.getResourceAsStream(SCRIPT)) {
            if (resource == null) {
                throw new FileNotFoundException(SCRIPT + " is not among the resources");
            }
            Files.write(script, resource.readAllBytes());
        }
        String every = String.valueOf(checkEvery);
        add(Kind.PYTHON_READER, Bystander.python(script, List.of("read", file, every)));
        add(Kind.PYTHON_WRITER, Bystander.python(script, List.of("write", file, every)));
        if (runs("sqlite3", "--version")) {
            add(Kind.SHELL_CHECKER, Bystander.python(script, List.of("check", file, every)));
        } else {
            skipped.add("shell: no sqlite3 on this machine");
        }
    }

    private static boolean runs(String... command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(PROBE_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException absent) {
            return false;
        }
    }

    private void add(Kind kind, Bystander process) {
        running.add(new Running(kind, process));
    }

    /** Who is not there on this machine, and why. */
    List<String> skipped() {
        return List.copyOf(skipped);
    }

    /** Ends those who write; what they have done by then is repaired some time later, before the eyes of the readers. */
    void finishWriters() throws IOException, InterruptedException {
        finish(true);
    }

    void finishReaders() throws IOException, InterruptedException {
        finish(false);
    }

    private void finish(boolean writers) throws IOException, InterruptedException {
        for (Running one : running) {
            if (one.kind.writes() == writers) {
                reports.computeIfAbsent(one.kind, kind -> new ArrayList<>()).add(one.process.finish());
            }
        }
    }

    /** What those of one kind have counted; 0 where there were none. */
    long sum(Kind kind, String field) {
        return reports.getOrDefault(kind, List.of()).stream()
                .mapToLong(report -> report.path(field).asLong())
                .sum();
    }

    /** The first error of each who had one, with who it was. */
    List<String> firstErrors() {
        List<String> errors = new ArrayList<>();
        reports.forEach((kind, all) -> all.stream()
                .map(report -> report.path("firstError").asText())
                .filter(error -> !error.isEmpty())
                .forEach(error -> errors.add(kind + ": " + error)));
        return errors;
    }

    @Override
    public void close() {
        running.forEach(one -> one.process.close());
    }
}
