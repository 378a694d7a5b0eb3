package io.replsqlite.harness.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.replsqlite.base.DeliberateBug;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One node in a JVM of its own, with this JVM's class path. Its log goes to {@code node.log} in its directory; its
 * standard output carries the one line that says it is ready. For one thread, but for {@link #kill}.
 */
public final class NodeProcess implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> JVM_FLAGS =
            List.of("-XX:+UseSerialGC", "-Xmx256m", "-XX:+ExitOnOutOfMemoryError", "-XX:TieredStopAtLevel=4");

    private final Path directory;
    private final Process process;
    private final CompletableFuture<JsonNode> ready;

    private NodeProcess(Path directory, Process process) {
        this.directory = directory;
        this.process = process;
        this.ready = CompletableFuture.supplyAsync(this::readReadyLine);
    }

    /**
     * Starts {@code serve} with these arguments; does not wait for it.
     *
     * @param environment added to this process's own, such as a failure point
     */
    public static NodeProcess start(Path directory, List<String> arguments, Map<String, String> environment)
            throws IOException {
        Files.createDirectories(directory);
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_FLAGS);
        String bug = System.getProperty(DeliberateBug.PROPERTY, "");
        if (!bug.isEmpty()) {
            command.add("-D" + DeliberateBug.PROPERTY + "=" + bug); // a bug is made by all of a cluster or by none
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.replsqlite.server.cli.Main", "serve"));
        command.addAll(List.of("--dir", directory.toString()));
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().putAll(environment);
        builder.redirectError(
                ProcessBuilder.Redirect.appendTo(directory.resolve("node.log").toFile()));
        return new NodeProcess(directory, builder.start());
    }

    private JsonNode readReadyLine() {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            String line = out.readLine();
            if (line == null) {
                throw new IllegalStateException("the node ended before it was ready: see " + logFile());
            }
            return JSON.readTree(line);
        } catch (IOException broken) {
            throw new IllegalStateException("the node's output broke before it was ready: see " + logFile(), broken);
        }
    }

    /** The line that the node prints once it has its role: {@code node, dir, url, role, pid}. */
    public JsonNode awaitReady(Duration atMost) throws IOException, InterruptedException {
        try {
            return ready.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw new IOException(failed.getCause() + "\n" + logTail(), failed.getCause());
        } catch (TimeoutException late) {
            throw new IOException("the node was not ready within " + atMost + "\n" + logTail(), late);
        }
    }

    /** Where it listens; only after {@link #awaitReady}. */
    public URI url() {
        return URI.create(ready.join().path("url").asText());
    }

    public Path directory() {
        return directory;
    }

    /** The SQLite file of a database of this node. */
    public Path databaseFile(String name) {
        return directory.resolve(name + ".db");
    }

    public Path logFile() {
        return directory.resolve("node.log");
    }

    /** The last lines of its log, for messages. */
    public String logTail() throws IOException {
        if (!Files.exists(logFile())) {
            return "";
        }
        List<String> lines = Files.readAllLines(logFile());
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
    }

    public long pid() {
        return process.pid();
    }

    /** Completes with the exit code. */
    public CompletableFuture<Integer> whenEnded() {
        return process.onExit().thenApply(Process::exitValue);
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** As {@code kill -9}: nothing is closed, nothing is flushed. Returns when it is gone. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        int ignored = process.waitFor();
    }

    /** As SIGTERM; returns the exit code, or kills it after a while and says so. */
    public int stop(Duration atMost) throws IOException, InterruptedException {
        process.destroy();
        if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            kill();
            throw new IOException("the node did not stop within " + atMost + " and was killed\n" + logTail());
        }
        return process.exitValue();
    }

    /** Waits until it ends by itself. */
    public int awaitExit(Duration atMost) throws IOException, InterruptedException {
        if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IOException("the node is still running after " + atMost + "\n" + logTail());
        }
        return process.exitValue();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
