package io.replsqlite.server.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.replsqlite.base.Hex;
import io.replsqlite.base.StateChecksum;
import io.replsqlite.server.admin.NodeClient;
import io.replsqlite.server.backup.drill.LiveDatabase;
import io.replsqlite.tls.TlsFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** A database that a node of this host serves, as the node counts it. */
final class LiveNode implements LiveDatabase {
    private final NodeClient client;
    private final String database;

    private LiveNode(NodeClient client, String database) {
        this.client = client;
        this.database = database;
    }

    static LiveNode of(Path directory, String database) throws CommandFailure {
        return new LiveNode(NodeAddress.byPlace(directory, null, TlsFiles.NONE), database);
    }

    @Override
    public Standing standing() throws IOException {
        JsonNode json = client.counts(database);
        Map<String, Long> rows = new TreeMap<>();
        for (Map.Entry<String, JsonNode> table : json.path("rows").properties()) {
            rows.put(table.getKey(), table.getValue().asLong());
        }
        return new Standing(
                json.path("node").asText(),
                json.path("epoch").asLong(),
                json.path("txid").asLong(),
                new StateChecksum(Hex.parse(json.path("checksum").asText())),
                rows);
    }
}
