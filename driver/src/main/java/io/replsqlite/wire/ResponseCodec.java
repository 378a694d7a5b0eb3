package io.replsqlite.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.replsqlite.base.Epoch;
import io.replsqlite.base.Txid;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link ExecuteResponse} on the wire. */
final class ResponseCodec {
    private ResponseCodec() {}

    static void write(JsonGenerator generator, ExecuteResponse response) throws IOException {
        generator.writeStartObject();
        generator.writeStringField("id", response.id().toString());
        generator.writeNumberField("epoch", response.epoch().value());
        generator.writeNumberField("txid", response.txid().value());
        generator.writeArrayFieldStart("counts");
        for (long count : response.counts()) {
            generator.writeNumber(count);
        }
        generator.writeEndArray();
        generator.writeNumberField("totalChanges", response.totalChanges());
        generator.writeNumberField("lastRowid", response.lastRowid());
        generator.writeBooleanField("insertedKeys", response.insertedKeys());
        if (response.rows() != null) {
            writeRows(generator, response.rows());
        }
        if (response.failure() != null) {
            generator.writeFieldName("failure");
            ErrorCodec.write(generator, response.failure());
        }
        generator.writeEndObject();
    }

    private static void writeRows(JsonGenerator generator, ExecuteResponse.Rows rows) throws IOException {
        generator.writeArrayFieldStart("columns");
        for (ExecuteResponse.Column column : rows.columns()) {
            generator.writeStartObject();
            generator.writeStringField("name", column.name());
            generator.writeStringField("type", column.type());
            generator.writeStringField("table", column.table());
            generator.writeNumberField("jdbcType", column.jdbcType());
            generator.writeNumberField("precision", column.precision());
            generator.writeNumberField("scale", column.scale());
            generator.writeEndObject();
        }
        generator.writeEndArray();
        generator.writeArrayFieldStart("rows");
        for (List<@Nullable Object> row : rows.values()) {
            ValueCodec.writeList(generator, row);
        }
        generator.writeEndArray();
        generator.writeNumberField("cursor", rows.cursor());
    }

    static ExecuteResponse read(JsonParser parser, WireLimits limits) throws IOException {
        Draft draft = new Draft();
        Fields.map(parser, name -> draft.read(parser, limits, name));
        return draft.response();
    }

    /** What is known of a response while its names arrive in any order. */
    private static final class Draft {
        private @Nullable RequestId id;
        private long epoch;
        private long txid;
        private List<Long> counts = List.of();
        private long totalChanges;
        private long lastRowid;
        private boolean insertedKeys;
        private @Nullable List<ExecuteResponse.Column> columns;
        private List<List<@Nullable Object>> rows = List.of();
        private long cursor;
        private @Nullable ErrorResponse failure;

        void read(JsonParser parser, WireLimits limits, String name) throws IOException {
            switch (name) {
                case "id" -> id = RequestId.parse(Fields.text(parser));
                case "epoch" -> epoch = Fields.integer(parser);
                case "txid" -> txid = Fields.integer(parser);
                case "counts" -> counts = Fields.list(parser, name, limits.entries(), () -> readCount(parser));
                case "totalChanges" -> totalChanges = Fields.integer(parser);
                case "lastRowid" -> lastRowid = Fields.integer(parser);
                case "insertedKeys" -> insertedKeys = Fields.truth(parser);
                case "columns" ->
                    columns = Fields.list(parser, name, limits.valuesPerEntry(), () -> readColumn(parser));
                case "rows" ->
                    rows = Fields.list(parser, name, limits.entries(), () -> ValueCodec.readList(parser, limits));
                case "cursor" -> cursor = Fields.integer(parser);
                case "failure" -> failure = ErrorCodec.read(parser);
                default -> throw Fields.unknown(name);
            }
        }

        ExecuteResponse response() throws WireException {
            return new ExecuteResponse(
                    Fields.present(id, "id"),
                    new Epoch(epoch),
                    new Txid(txid),
                    counts,
                    totalChanges,
                    lastRowid,
                    insertedKeys,
                    columns == null ? null : checked(columns, rows, cursor),
                    failure);
        }

        private static ExecuteResponse.Rows checked(
                List<ExecuteResponse.Column> columns, List<List<@Nullable Object>> rows, long cursor)
                throws WireException {
            for (List<@Nullable Object> row : rows) {
                if (row.size() != columns.size()) {
                    throw new WireException("a row of " + row.size() + " values for " + columns.size() + " columns");
                }
            }
            return new ExecuteResponse.Rows(columns, rows, cursor);
        }
    }

    private static long readCount(JsonParser parser) throws IOException {
        Fields.require(parser.currentToken() == JsonToken.VALUE_NUMBER_INT, parser, "an integer");
        return parser.getLongValue();
    }

    private static ExecuteResponse.Column readColumn(JsonParser parser) throws IOException {
        ColumnDraft draft = new ColumnDraft();
        Fields.fields(parser, name -> draft.read(parser, name));
        return draft.column();
    }

    private static final class ColumnDraft {
        private @Nullable String name;
        private @Nullable String type;
        private String table = "";
        private int jdbcType;
        private int precision;
        private int scale;

        void read(JsonParser parser, String field) throws IOException {
            switch (field) {
                case "name" -> name = Fields.text(parser);
                case "type" -> type = Fields.text(parser);
                case "table" -> table = Fields.text(parser);
                case "jdbcType" -> jdbcType = Math.toIntExact(Fields.integer(parser));
                case "precision" -> precision = Math.toIntExact(Fields.integer(parser));
                case "scale" -> scale = Math.toIntExact(Fields.integer(parser));
                default -> throw Fields.unknown(field);
            }
        }

        ExecuteResponse.Column column() throws WireException {
            return new ExecuteResponse.Column(
                    Fields.present(name, "name"), Fields.present(type, "type"), table, jdbcType, precision, scale);
        }
    }
}
