package io.replsqlite.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** {@link JointAnswer} on the wire. */
final class JointCodec {
    private JointCodec() {}

    static void write(JsonGenerator generator, JointAnswer answer) throws IOException {
        generator.writeStartObject();
        generator.writeNumberField("entry", answer.entry());
        if (answer.response() != null) {
            generator.writeFieldName("response");
            ResponseCodec.write(generator, answer.response());
        }
        if (answer.error() != null) {
            generator.writeFieldName("error");
            ErrorCodec.write(generator, answer.error());
        }
        generator.writeEndObject();
    }

    /** Reads an answer whose start is the current token. */
    static JointAnswer readCurrent(JsonParser parser, WireLimits limits) throws IOException {
        Draft draft = new Draft();
        Fields.fields(parser, name -> draft.read(parser, limits, name));
        return draft.answer();
    }

    private static final class Draft {
        private @Nullable Long entry;
        private @Nullable ExecuteResponse response;
        private @Nullable ErrorResponse error;

        void read(JsonParser parser, WireLimits limits, String name) throws IOException {
            switch (name) {
                case "entry" -> entry = Fields.integer(parser);
                case "response" -> response = ResponseCodec.read(parser, limits);
                case "error" -> error = ErrorCodec.read(parser);
                default -> throw Fields.unknown(name);
            }
        }

        JointAnswer answer() throws WireException {
            return new JointAnswer(Math.toIntExact(Fields.present(entry, "entry")), response, error);
        }
    }
}
