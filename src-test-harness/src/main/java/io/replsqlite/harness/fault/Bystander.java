package io.replsqlite.harness.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Java program of this package, or its Python script, in a process of its own, which runs until told to stop and then reports. For one thread. */
final class Bystander implements AutoCloseable {
    private static final long STOP_SECONDS = 30;

    private final Process process;

    private Bystander(Process process) {
        this.process = process;
    }

    static Bystander start(Class<?> program, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx128m"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(arguments);
        return launch(command);
    }

    /** @param script a file; python3 must be there */
    static Bystander python(Path script, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("python3", script.toString()));
        command.addAll(arguments);
        return launch(command);
    }

    private static Bystander launch(List<String> command) throws IOException {
        return new Bystander(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
    }

    /** Ends it; answers the line that it prints. */
    JsonNode finish() throws IOException, InterruptedException {
        process.getOutputStream().write('\n');
        process.getOutputStream().flush();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            throw new IOException("a bystander did not end within " + STOP_SECONDS + " s");
        }
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            String line = out.readLine();
            if (line == null) {
                throw new IOException("a bystander ended with exit code " + process.exitValue() + " and no report");
            }
            return new ObjectMapper().readTree(line);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
