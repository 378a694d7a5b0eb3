package io.replsqlite.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** {@link CursorRequest} on the wire. */
final class CursorCodec {
    private CursorCodec() {}

    static void write(JsonGenerator generator, CursorRequest request) throws IOException {
        generator.writeStartObject();
        generator.writeStringField("id", request.id().toString());
        generator.writeStringField("database", request.database());
        generator.writeNumberField("cursor", request.cursor());
        generator.writeBooleanField("close", request.close());
        generator.writeEndObject();
    }

    static CursorRequest read(JsonParser parser) throws IOException {
        Draft draft = new Draft();
        Fields.map(parser, name -> draft.read(parser, name));
        return new CursorRequest(
                Fields.present(draft.id, "id"),
                Fields.present(draft.database, "database"),
                Fields.present(draft.cursor, "cursor"),
                draft.close);
    }

    private static final class Draft {
        private @Nullable RequestId id;
        private @Nullable String database;
        private @Nullable Long cursor;
        private boolean close;

        void read(JsonParser parser, String name) throws IOException {
            switch (name) {
                case "id" -> id = RequestId.parse(Fields.text(parser));
                case "database" -> database = Fields.text(parser);
                case "cursor" -> cursor = Fields.integer(parser);
                case "close" -> close = Fields.truth(parser);
                default -> throw Fields.unknown(name);
            }
        }
    }
}
