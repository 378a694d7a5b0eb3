package io.replsqlite.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link RecordedRead} on the wire. */
final class ReadCodec {
    private ReadCodec() {}

    static void write(JsonGenerator generator, RecordedRead read) throws IOException {
        generator.writeStartObject();
        generator.writeStringField("sql", read.sql());
        generator.writeFieldName("parameters");
        ValueCodec.writeList(generator, read.parameters());
        generator.writeNumberField("rows", read.rows());
        generator.writeBooleanField("complete", read.complete());
        generator.writeStringField("checksum", read.checksum());
        generator.writeEndObject();
    }

    /** Reads one whose start is the current token. */
    static RecordedRead read(JsonParser parser, WireLimits limits) throws IOException {
        Draft draft = new Draft();
        Fields.fields(parser, name -> draft.read(parser, limits, name));
        return new RecordedRead(
                Fields.present(draft.sql, "sql"),
                draft.parameters,
                draft.rows,
                draft.complete,
                Fields.present(draft.checksum, "checksum"));
    }

    private static final class Draft {
        private @Nullable String sql;
        private List<@Nullable Object> parameters = List.of();
        private long rows;
        private boolean complete;
        private @Nullable String checksum;

        void read(JsonParser parser, WireLimits limits, String name) throws IOException {
            switch (name) {
                case "sql" -> sql = Fields.text(parser);
                case "parameters" -> {
                    Object start = parser.nextToken();
                    Fields.require(start != null, parser, "a list of values");
                    parameters = ValueCodec.readList(parser, limits);
                }
                case "rows" -> rows = Fields.integer(parser);
                case "complete" -> complete = Fields.truth(parser);
                case "checksum" -> checksum = Fields.text(parser);
                default -> throw Fields.unknown(name);
            }
        }
    }
}
