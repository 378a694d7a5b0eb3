package io.replsqlite.server.rescue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.Position;
import io.replsqlite.base.Txid;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a rescued tail is, as {@code manifest.json} says it.
 *
 * @param epoch the last in which a transaction of it was committed
 * @param common the last position that the cluster's history has too
 * @param logHead where the node's log ended
 * @param lostTo the epoch of the primary whose state was put in its place, and who that was
 * @param notLogged how many of its transactions were only in the WAL
 * @param rows lines that tell a row; {@code pageLines} those that can only tell a page
 * @param undecoded why the rows are not told at all; null if they are
 */
public record Manifest(
        String database,
        UUID databaseId,
        String node,
        Instant when,
        Epoch epoch,
        Txid firstTxid,
        Txid lastTxid,
        Position common,
        Position logHead,
        Epoch lostTo,
        String lostToHolder,
        int transactions,
        int notLogged,
        int pageSize,
        long rows,
        long pageLines,
        @Nullable String undecoded) {

    static final String FILE_NAME = "manifest.json";
    private static final ObjectMapper JSON = new ObjectMapper();

    byte[] encode() throws IOException {
        return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(json());
    }

    public ObjectNode json() {
        ObjectNode json = JSON.createObjectNode()
                .put("database", database)
                .put("databaseId", databaseId.toString())
                .put("node", node)
                .put("when", when.toString())
                .put("epoch", epoch.value())
                .put("firstTxid", firstTxid.value())
                .put("lastTxid", lastTxid.value())
                .put("common", common.toString())
                .put("logHead", logHead.toString())
                .put("lostToEpoch", lostTo.value())
                .put("lostToHolder", lostToHolder)
                .put("transactions", transactions)
                .put("notLogged", notLogged)
                .put("pageSize", pageSize)
                .put("rows", rows)
                .put("pageLines", pageLines);
        if (undecoded != null) {
            json.put("undecoded", undecoded);
        }
        return json;
    }

    /** @throws IOException also if the file is not a manifest; the message names it */
    static Manifest read(Path tail) throws IOException {
        Path file = tail.resolve(FILE_NAME);
        try {
            JsonNode json = JSON.readTree(Files.readAllBytes(file));
            return new Manifest(
                    json.required("database").asText(),
                    UUID.fromString(json.required("databaseId").asText()),
                    json.required("node").asText(),
                    Instant.parse(json.required("when").asText()),
                    new Epoch(json.required("epoch").asLong()),
                    new Txid(json.required("firstTxid").asLong()),
                    new Txid(json.required("lastTxid").asLong()),
                    Position.parse(json.required("common").asText()),
                    Position.parse(json.required("logHead").asText()),
                    new Epoch(json.required("lostToEpoch").asLong()),
                    json.required("lostToHolder").asText(),
                    json.required("transactions").asInt(),
                    json.required("notLogged").asInt(),
                    json.required("pageSize").asInt(),
                    json.required("rows").asLong(),
                    json.required("pageLines").asLong(),
                    json.has("undecoded") ? json.get("undecoded").asText() : null);
        } catch (IllegalArgumentException malformed) {
            throw new IOException(file + " is not a manifest of a rescued tail: " + malformed.getMessage(), malformed);
        } catch (java.time.DateTimeException malformed) {
            throw new IOException(file + " names no instant: " + malformed.getMessage(), malformed);
        }
    }
}
