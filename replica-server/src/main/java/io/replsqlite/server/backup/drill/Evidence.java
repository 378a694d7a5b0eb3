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
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What one drill found, as JSON; written once, never changed. */
public record Evidence(ObjectNode json) {
    private static final ObjectMapper JSON = new ObjectMapper();

    public boolean isPassed() {
        return json.path("decision").asText().equals("pass");
    }

    private String fileName() {
        return json.path("at").asText().replace(":", "") + ".json";
    }

    private byte[] bytes() throws IOException {
        return JSON.writerWithDefaultPrettyPrinter()
                .writeValueAsString(json)
                .concat("\n")
                .getBytes(StandardCharsets.UTF_8);
    }

    /** Keeps it on this host. */
    Path keep(Path directory) throws IOException {
        DurableFiles.createDirectories(directory);
        Path file = directory.resolve(fileName());
        DurableFiles.replace(file, bytes());
        return file;
    }

    /** Keeps it beside the backup. */
    void keep(ObjectStore store) throws IOException {
        long at = Instant.parse(json.path("at").asText()).toEpochMilli();
        if (!store.putIfAbsent(BackupKeys.EVIDENCE + fileName(), bytes(), at)) {
            throw new IOException("there is evidence of this very moment already: " + fileName());
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
