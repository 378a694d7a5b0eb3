package io.replsqlite.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import io.replsqlite.base.Durability;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@link ExecuteRequest} on the wire. */
final class RequestCodec {
    private RequestCodec() {}

    static void write(JsonGenerator generator, ExecuteRequest request) throws IOException {
        generator.writeStartObject();
        generator.writeStringField("id", request.id().toString());
        generator.writeStringField("database", request.database());
        generator.writeStringField("kind", request.kind().name());
        generator.writeArrayFieldStart("statements");
        for (ExecuteRequest.Statement statement : request.statements()) {
            writeStatement(generator, statement);
        }
        generator.writeEndArray();
        generator.writeNumberField("maxRows", request.maxRows());
        generator.writeBooleanField("generatedKeys", request.generatedKeys());
        generator.writeObjectFieldStart("settings");
        for (Map.Entry<String, String> setting : request.settings().entrySet()) {
            generator.writeStringField(setting.getKey(), setting.getValue());
        }
        generator.writeEndObject();
        generator.writeNumberField("epoch", request.epoch().value());
        generator.writeNumberField("attempt", request.attempt());
        generator.writeNumberField("since", request.since().value());
        generator.writeBooleanField("paged", request.paged());
        generator.writeNumberField("timeoutMillis", request.timeoutMillis());
        if (request.durability() != Durability.LOCAL) {
            generator.writeStringField("durability", request.durability().name());
        }
        if (request.counters() != null) {
            writeCounters(generator, request.counters());
        }
        generator.writeEndObject();
    }

    private static void writeCounters(JsonGenerator generator, ExecuteRequest.Counters counters) throws IOException {
        generator.writeObjectFieldStart("counters");
        generator.writeNumberField("lastRowid", counters.lastRowid());
        generator.writeNumberField("changes", counters.changes());
        generator.writeNumberField("totalChanges", counters.totalChanges());
        generator.writeEndObject();
    }

    private static void writeStatement(JsonGenerator generator, ExecuteRequest.Statement statement) throws IOException {
        generator.writeStartObject();
        generator.writeStringField("sql", statement.sql());
        generator.writeArrayFieldStart("parameters");
        for (List<@Nullable Object> entry : statement.parameters()) {
            ValueCodec.writeList(generator, entry);
        }
        generator.writeEndArray();
        generator.writeEndObject();
    }

    static ExecuteRequest read(JsonParser parser, WireLimits limits) throws IOException {
        Draft draft = new Draft();
        Fields.map(parser, name -> draft.read(parser, limits, name));
        return draft.request();
    }

    /** Reads a request whose start is the current token. */
    static ExecuteRequest readCurrent(JsonParser parser, WireLimits limits) throws IOException {
        Draft draft = new Draft();
        Fields.fields(parser, name -> draft.read(parser, limits, name));
        return draft.request();
    }

    /** What is known of a request while its names arrive in any order. */
    private static final class Draft {
        private @Nullable RequestId id;
        private @Nullable String database;
        private ExecuteRequest.@Nullable Kind kind;
        private @Nullable List<ExecuteRequest.Statement> statements;
        private long maxRows;
        private boolean generatedKeys;
        private final Map<String, String> settings = new HashMap<>();
        private long epoch;
        private int attempt = 1;
        private long since;
        private boolean paged;
        private long timeoutMillis;
        private ExecuteRequest.@Nullable Counters counters;
        private Durability durability = Durability.LOCAL;

        void read(JsonParser parser, WireLimits limits, String name) throws IOException {
            switch (name) {
                case "id" -> id = RequestId.parse(Fields.text(parser));
                case "database" -> database = Fields.text(parser);
                case "kind" -> kind = ExecuteRequest.Kind.valueOf(Fields.text(parser));
                case "statements" ->
                    statements = Fields.list(parser, name, limits.statements(), () -> readStatement(parser, limits));
                case "maxRows" -> maxRows = Fields.integer(parser);
                case "generatedKeys" -> generatedKeys = Fields.truth(parser);
                case "settings" -> Fields.map(parser, setting -> settings.put(setting, Fields.text(parser)));
                case "epoch" -> epoch = Fields.integer(parser);
                case "attempt" -> attempt = Math.toIntExact(Fields.integer(parser));
                case "since" -> since = Fields.integer(parser);
                case "paged" -> paged = Fields.truth(parser);
                case "timeoutMillis" -> timeoutMillis = Fields.integer(parser);
                case "counters" -> counters = readCounters(parser);
                case "durability" -> durability = Durability.valueOf(Fields.text(parser));
                default -> throw Fields.unknown(name);
            }
        }

        ExecuteRequest request() throws WireException {
            return new ExecuteRequest(
                    Fields.present(id, "id"),
                    Fields.present(database, "database"),
                    Fields.present(kind, "kind"),
                    Fields.present(statements, "statements"),
                    maxRows,
                    generatedKeys,
                    settings,
                    new Epoch(epoch),
                    attempt,
                    new Txid(since),
                    paged,
                    timeoutMillis,
                    durability,
                    counters);
        }
    }

    private static ExecuteRequest.Counters readCounters(JsonParser parser) throws IOException {
        CountersDraft draft = new CountersDraft();
        Fields.map(parser, name -> draft.read(parser, name));
        return new ExecuteRequest.Counters(draft.lastRowid, draft.changes, draft.totalChanges);
    }

    private static final class CountersDraft {
        private long lastRowid;
        private long changes;
        private long totalChanges;

        void read(JsonParser parser, String name) throws IOException {
            switch (name) {
                case "lastRowid" -> lastRowid = Fields.integer(parser);
                case "changes" -> changes = Fields.integer(parser);
                case "totalChanges" -> totalChanges = Fields.integer(parser);
                default -> throw Fields.unknown(name);
            }
        }
    }

    private static ExecuteRequest.Statement readStatement(JsonParser parser, WireLimits limits) throws IOException {
        StatementDraft draft = new StatementDraft();
        Fields.fields(parser, name -> draft.read(parser, limits, name));
        return new ExecuteRequest.Statement(Fields.present(draft.sql, "sql"), draft.parameters);
    }

    private static final class StatementDraft {
        private @Nullable String sql;
        private List<List<@Nullable Object>> parameters = List.of(List.of());

        void read(JsonParser parser, WireLimits limits, String name) throws IOException {
            switch (name) {
                case "sql" -> sql = Fields.text(parser);
                case "parameters" ->
                    parameters = Fields.list(parser, name, limits.entries(), () -> ValueCodec.readList(parser, limits));
                default -> throw Fields.unknown(name);
            }
        }
    }
}
