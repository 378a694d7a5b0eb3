package io.replsqlite.observe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What a node has written down of the lease, {@code atMillis, kind, epoch, node, reason, unheard} a line. Stateless. */
final class LeaseHistoryFile {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, Object>> EVENT = new TypeReference<>() {};

    /** The node's own changes of role are its log's business. */
    private static final String OWN_ROLE = "role";

    private LeaseHistoryFile() {}

    /** The newest tenures, oldest first; none if the node keeps no history or cannot be read. */
    static List<Map<String, Object>> newest(Path file, int most) throws IOException {
        List<Map<String, Object>> tenures = new ArrayList<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                addTenure(line, tenures);
            }
        }
        return List.copyOf(tenures.subList(Math.max(0, tenures.size() - most), tenures.size()));
    }

    private static void addTenure(String line, List<Map<String, Object>> tenures) {
        try {
            Map<String, Object> event = JSON.readValue(line, EVENT);
            if (!OWN_ROLE.equals(event.get("kind"))) {
                tenures.add(event);
            }
        } catch (JsonProcessingException torn) {
            // The last line may be half written; the next look finds it whole.
        }
    }
}
