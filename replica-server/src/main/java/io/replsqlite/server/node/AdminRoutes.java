package io.replsqlite.server.node;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.replsqlite.base.MonotonicClock;
import io.replsqlite.lease.Member;
import io.replsqlite.server.database.DatabaseScan;
import io.replsqlite.server.database.ReplicatedDatabase;
import io.replsqlite.server.database.RowCounts;
import io.replsqlite.server.endpoint.Exchange;
import io.replsqlite.server.endpoint.RefusedException;
import io.replsqlite.server.sqlite.UnusableDatabaseException;
import io.replsqlite.status.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What operators ask of a node: its state, a check of a replica, databases to create, import or drop. */
final class AdminRoutes {
    private static final String JSON_TYPE = "application/json";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ReplicaNode node;
    private final MonotonicClock clock;

    /** Names being imported: the copy has one place per name. */
    private final Set<String> importing = ConcurrentHashMap.newKeySet();

    AdminRoutes(ReplicaNode node, MonotonicClock clock) {
        this.node = node;
        this.clock = clock;
    }

    void status(Exchange exchange) throws IOException {
        exchange.answer(200, JSON_TYPE, JSON.writeValueAsBytes(new StatusReport(node, clock).json()));
    }

    /** Who has held the lease, when, why, and which transactions are whose. */
    void history(Exchange exchange) throws IOException {
        exchange.answer(200, JSON_TYPE, JSON.writeValueAsBytes(new HistoryReport(node).json()));
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

    /** Rows of each table at one txid, while writes go on. */
    void counts(Exchange exchange) throws IOException {
        RowCounts counts = RowCounts.of(node.databases().byName(exchange.variable()));
        ObjectNode json = JSON.createObjectNode()
                .put("node", node.name())
                .put("epoch", counts.position().epoch().value())
                .put("txid", counts.position().txid().value())
                .put("checksum", counts.position().checksum().toString());
        counts.rows().forEach(json.putObject("rows")::put);
        exchange.answer(200, JSON_TYPE, JSON.writeValueAsBytes(json));
    }

    /** Gauges for Prometheus. */
    void metrics(Exchange exchange) throws IOException {
        byte[] text = new MetricsReport(node, clock).text().getBytes(StandardCharsets.UTF_8);
        exchange.answer(200, MetricsReport.TYPE, text);
    }

    /** Leaves the lease to {@code {"to": NODE}}, or to the node that lags least; answers who it is. */
    void handOff(Exchange exchange) throws IOException, InterruptedException {
        requirePrimary();
        String to = JSON.readTree(exchange.body()).path("to").asText();
        Member next = node.handOff(to.isEmpty() ? null : to);
        exchange.answer(
                200,
                JSON_TYPE,
                JSON.writeValueAsBytes(Map.of(
                        "from",
                        node.name(),
                        "to",
                        next.nodeName(),
                        "url",
                        next.url().toString())));
    }

    void create(Exchange exchange) throws IOException, InterruptedException {
        String name = newName(exchange);
        ReplicatedDatabase created = node.onRoleThread(() -> node.create(name));
        answer(exchange, created);
    }

    void importFile(Exchange exchange) throws IOException, InterruptedException {
        String name = newName(exchange);
        if (!importing.add(name)) {
            throw new RefusedException(
                    409,
                    "importing",
                    "Another import of '" + name + "' is under way; nothing was changed. Wait for its end.");
        }
        try {
            answer(exchange, importAs(name, fileToImport(exchange)));
        } finally {
            importing.remove(name);
        }
    }

    private static Path fileToImport(Exchange exchange) throws IOException {
        String file = JSON.readTree(exchange.body()).path("file").asText();
        if (file.isEmpty()) {
            throw new RefusedException(
                    400, "noFile", "The request must name the file to import: {\"file\": \"PATH\"}.");
        }
        return Path.of(file);
    }

    private ReplicatedDatabase importAs(String name, Path file) throws IOException, InterruptedException {
        refuseIfServed(file);
        try {
            Path copy = DatabaseImport.copy(file, node.databases().pathsOf(name).databaseFile());
            return node.onRoleThread(() -> {
                node.databases().place(copy, name);
                return node.create(name);
            });
        } catch (UnusableDatabaseException unusable) {
            throw new RefusedException(422, "unusable", String.valueOf(unusable.getMessage()));
        } catch (SQLException failure) {
            throw new RefusedException(422, "unusable", file + " cannot be imported: " + failure.getMessage());
        }
    }

    /** Looking at its first bytes would drop SQLite's locks on it in this process. */
    private void refuseIfServed(Path file) throws IOException {
        for (ReplicatedDatabase served : node.databases().open()) {
            Path databaseFile = served.paths().databaseFile();
            if (Files.exists(file) && Files.exists(databaseFile) && Files.isSameFile(file, databaseFile)) {
                throw new RefusedException(
                        422,
                        "served",
                        file + " is the database '" + served.name() + "' of this node; nothing was changed. Import a"
                                + " copy, made with VACUUM INTO.");
            }
        }
    }

    private String newName(Exchange exchange) throws RefusedException {
        String name = exchange.variable();
        requirePrimary();
        if (!Catalogue.isName(name)) {
            throw new RefusedException(
                    400, "badName", "A database's name has letters, digits, '.', '_' and '-', at most 64 of them.");
        }
        node.databases().requireNew(name);
        return name;
    }

    private void requirePrimary() throws RefusedException {
        if (node.role() != Role.LEADING) {
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
