package io.replsqlite.server.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.server.database.DatabaseScan;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.server.endpoint.Exchange;
import io.replsqlite.server.endpoint.RefusedException;
import io.replsqlite.server.sqlite.UnusableDatabaseException;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;

/** What operators ask of a node: its state, a check of a replica, databases to create, import or drop. */
final class AdminRoutes {
    private static final String JSON_TYPE = "application/json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ReplicaNode node;
    private final MonotonicClock clock;

    AdminRoutes(ReplicaNode node, MonotonicClock clock) {
        this.node = node;
        this.clock = clock;
    }

    void status(Exchange exchange) throws IOException {
        exchange.answer(200, JSON_TYPE, JSON.writeValueAsBytes(new StatusReport(node, clock).json()));
    }

    /** Reads every page of this node's replica at one txid; answers position, state, and pages that are wrong. */
    void scan(Exchange exchange) throws IOException, InterruptedException {
        ReplicatedDatabase database = node.databases().byName(exchange.variable());
        try {
            DatabaseScan.Result result = new DatabaseScan(database).run();
            ObjectNode json = JSON.createObjectNode()
                    .put("node", node.name())
                    .put("database", database.name())
                    .put("epoch", result.position().epoch().value())
                    .put("txid", result.position().txid().value())
                    .put("expected", result.position().checksum().toString())
                    .put("found", result.found().toString())
                    .put("pages", result.pages());
            var wrong = json.putArray("wrongPages");
            for (int page : result.wrongPages()) {
                wrong.add(page);
            }
            exchange.answer(200, JSON_TYPE, JSON.writeValueAsBytes(json));
        } catch (SQLException failure) {
            throw new IOException("The replica cannot be read: " + failure.getMessage(), failure);
        }
    }

    void create(Exchange exchange) throws IOException, InterruptedException {
        String name = newName(exchange);
        ReplicatedDatabase created = node.onRoleThread(() -> node.create(name));
        answer(exchange, created);
    }

    void importFile(Exchange exchange) throws IOException, InterruptedException {
        String name = newName(exchange);
        JsonNode request = JSON.readTree(exchange.body());
        String file = request.path("file").asText();
        if (file.isEmpty()) {
            throw new RefusedException(
                    400, "noFile", "The request must name the file to import: {\"file\": \"PATH\"}.");
        }
        try {
            Path target = node.databases().pathsOf(name).databaseFile();
            DatabaseImport.copy(Path.of(file), target);
            ReplicatedDatabase created = node.onRoleThread(() -> node.create(name));
            answer(exchange, created);
        } catch (UnusableDatabaseException unusable) {
            throw new RefusedException(422, "unusable", String.valueOf(unusable.getMessage()));
        } catch (SQLException failure) {
            throw new RefusedException(422, "unusable", file + " cannot be imported: " + failure.getMessage());
        }
    }

    private String newName(Exchange exchange) throws RefusedException {
        String name = exchange.variable();
        requirePrimary();
        if (!Catalogue.isName(name)) {
            throw new RefusedException(
                    400, "badName", "A database's name has letters, digits, '.', '_' and '-', at most 64 of them.");
        }
        if (node.databases().catalogue().present(name).isPresent()) {
            throw new RefusedException(
                    409, "exists", "There is a database '" + name + "' already; nothing was changed.");
        }
        return name;
    }

    private void requirePrimary() throws RefusedException {
        if (node.role() != io.replsqlite.status.Role.LEADING) {
            throw new RefusedException(
                    409,
                    "notPrimary",
                    "Node " + node.name() + " is not the primary; ask the primary.",
                    Map.of("primaryUrl", node.primaryUrl()));
        }
    }

    private static void answer(Exchange exchange, ReplicatedDatabase database) throws IOException {
        ObjectNode json = JSON.createObjectNode()
                .put("database", database.name())
                .put("id", database.id().toString())
                .put("position", database.board().snapshot().applied().toString());
        exchange.answer(200, JSON_TYPE, JSON.writeValueAsBytes(json));
    }

    void drop(Exchange exchange) throws IOException, InterruptedException {
        requirePrimary();
        String name = exchange.variable();
        Catalogue.Entry entry = node.databases()
                .catalogue()
                .present(name)
                .orElseThrow(
                        () -> new RefusedException(404, "unknownDatabase", "There is no database '" + name + "'."));
        boolean dropped = node.onRoleThread(() -> {
            node.databases().drop(entry);
            return true;
        });
        exchange.answer(200, JSON_TYPE, JSON.writeValueAsBytes(Map.of("database", name, "dropped", dropped)));
    }
}
