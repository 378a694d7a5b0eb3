package io.replsqlite.server.backup.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.replsqlite.server.backup.layout.BackupKeys;
import io.replsqlite.server.backup.storage.ObjectStore;
import io.replsqlite.server.backup.storage.ObjectStore.StoredObject;
import io.replsqlite.server.files.DurableFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What one drill found, as JSON; written once, never changed. */
public record Evidence(ObjectNode json) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SUFFIX = ".json";

    /** Passed if nothing failed. */
    public static Evidence decided(ObjectNode json, List<String> failures) {
        json.put("decision", failures.isEmpty() ? "pass" : "fail");
        failures.forEach(json.putArray("failures")::add);
        return new Evidence(json);
    }

    public Instant at() {
        return Instant.parse(json.path("at").asText());
    }

    /** Whether a drill was held at all. */
    public boolean isDecided() {
        return isPassed() || json.path("decision").asText().equals("fail");
    }

    public boolean isPassed() {
        return json.path("decision").asText().equals("pass");
    }

    private String fileName() {
        return json.path("at").asText().replace(":", "") + SUFFIX;
    }

    private byte[] bytes() throws IOException {
        return JSON.writerWithDefaultPrettyPrinter()
                .writeValueAsString(json)
                .concat("\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Keeps it on this host. */
    public Path keep(Path directory) throws IOException {
        DurableFiles.createDirectories(directory);
        Path file = directory.resolve(fileName());
        DurableFiles.replace(file, bytes());
        return file;
    }

    /**
     * Keeps it in both places. What was found counts all the same where that fails, but a record that nobody can look up is a
     * failure of the drill.
     */
    Evidence keptOrFailed(Path directory, ObjectStore store) {
        List<String> problems = new ArrayList<>();
        tryTo(() -> keep(store), problems);
        Evidence first = problems.isEmpty() ? this : failedBy(problems);
        return first.keptOrFailed(directory);
    }

    /** Keeps it on this host, or says in the answer why that was not possible. */
    public Evidence keptOrFailed(Path directory) {
        List<String> problems = new ArrayList<>();
        tryTo(() -> keep(directory), problems);
        return problems.isEmpty() ? this : failedBy(problems);
    }

    private Evidence failedBy(List<String> problems) {
        List<String> all = new ArrayList<>();
        json.path("failures").forEach(failure -> all.add(failure.asText()));
        all.addAll(problems);
        return decided(json, all);
    }

    @FunctionalInterface
    private interface Keeping {
        void run() throws IOException;
    }

    private static void tryTo(Keeping keeping, List<String> problems) {
        try {
            keeping.run();
        } catch (IOException failure) {
            problems.add("the evidence could not be kept: " + failure.getMessage());
        }
    }

    /** Keeps it beside the backup. */
    public void keep(ObjectStore store) throws IOException {
        if (!store.putIfAbsent(BackupKeys.EVIDENCE + fileName(), bytes(), at().toEpochMilli())) {
            throw new IOException("there is evidence of this very moment already: " + fileName());
        }
    }

    /** All that is kept in a directory, oldest first; what is no record is passed over. */
    public static List<Evidence> list(Path directory) throws IOException {
        List<Evidence> all = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return all;
        }
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.filter(name -> name.toString().endsWith(SUFFIX))
                    .sorted()
                    .toList()) {
                if (JSON.readTree(Files.readAllBytes(file)) instanceof ObjectNode record && isDated(record)) {
                    all.add(new Evidence(record));
                }
            }
        }
        return all;
    }

    private static boolean isDated(ObjectNode record) {
        try {
            return Instant.parse(record.path("at").asText()).isAfter(Instant.EPOCH);
        } catch (DateTimeParseException noTime) {
            return false;
        }
    }

    /** All that is kept beside a backup, oldest first. */
    public static List<Evidence> list(ObjectStore store) throws IOException {
        List<Evidence> all = new ArrayList<>();
        for (StoredObject object : store.list(BackupKeys.EVIDENCE)) {
            JsonNode json = JSON.readTree(store.readAll(object.key()));
            if (json instanceof ObjectNode record) {
                all.add(new Evidence(record));
            }
        }
        return all;
    }
}
