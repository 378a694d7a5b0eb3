package io.replsqlite.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** {@link ErrorResponse} on the wire. */
final class ErrorCodec {
    private ErrorCodec() {}

    static void write(JsonGenerator generator, ErrorResponse error) throws IOException {
        generator.writeStartObject();
        generator.writeStringField("kind", error.kind().name());
        generator.writeStringField("message", error.message());
        generator.writeNumberField("resultCode", error.resultCode());
        generator.writeNumberField("vendorCode", error.vendorCode());
        generator.writeStringField("sqlState", error.sqlState());
        generator.writeBooleanField("mayHaveHappened", error.mayHaveHappened());
        generator.writeStringField("id", error.id() == null ? null : error.id().toString());
        generator.writeStringField("primaryUrl", error.primaryUrl());
        generator.writeEndObject();
    }

    static ErrorResponse read(JsonParser parser) throws IOException {
        Draft draft = new Draft();
        Fields.map(parser, name -> draft.read(parser, name));
        return draft.error();
    }

    private static final class Draft {
        private ErrorResponse.@Nullable Kind kind;
        private @Nullable String message;
        private int resultCode;
        private int vendorCode;
        private @Nullable String sqlState;
        private boolean mayHaveHappened;
        private @Nullable RequestId id;
        private @Nullable String primaryUrl;

        void read(JsonParser parser, String name) throws IOException {
            switch (name) {
                case "kind" -> kind = ErrorResponse.Kind.valueOf(Fields.text(parser));
                case "message" -> message = Fields.text(parser);
                case "resultCode" -> resultCode = Math.toIntExact(Fields.integer(parser));
                case "vendorCode" -> vendorCode = Math.toIntExact(Fields.integer(parser));
                case "sqlState" -> sqlState = Fields.textOrNull(parser);
                case "mayHaveHappened" -> mayHaveHappened = Fields.truth(parser);
                case "id" -> id = idOrNull(Fields.textOrNull(parser));
                case "primaryUrl" -> primaryUrl = Fields.textOrNull(parser);
                default -> throw Fields.unknown(name);
            }
        }

        private static @Nullable RequestId idOrNull(@Nullable String text) {
            return text == null ? null : RequestId.parse(text);
        }

        ErrorResponse error() throws WireException {
            return new ErrorResponse(
                    Fields.present(kind, "kind"),
                    Fields.present(message, "message"),
                    resultCode,
                    vendorCode,
                    sqlState,
                    mayHaveHappened,
                    id,
                    primaryUrl);
        }
    }
}
