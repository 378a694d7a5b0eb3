package io.replsqlite.wire;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SQLite's five storage classes. */
final class ValueCodec {
    private static final String BLOB = "blob";
    private static final String FLOAT = "float";

    private ValueCodec() {}

    static void writeList(JsonGenerator generator, List<@Nullable Object> values) throws IOException {
        generator.writeStartArray();
        for (Object value : values) {
            write(generator, value);
        }
        generator.writeEndArray();
    }

    /** Reads a list whose start is the current token. */
    static List<@Nullable Object> readList(JsonParser parser, WireLimits limits) throws IOException {
        Fields.require(parser.currentToken() == JsonToken.START_ARRAY, parser, "a list of values");
        List<@Nullable Object> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            if (values.size() == limits.valuesPerEntry()) {
                throw new WireLimitException("more than " + limits.valuesPerEntry() + " values", null);
            }
            Object value = readCurrent(parser);
            // Jackson limits texts while it reads them; BLOBs only by the message around them.
            if (value instanceof byte[] blob && blob.length > limits.valueBytes()) {
                throw new WireLimitException("a BLOB of more than " + limits.valueBytes() + " bytes", null);
            }
            values.add(value);
        }
        return values;
    }

    private static void write(JsonGenerator generator, @Nullable Object value) throws IOException {
        if (value == null) {
            generator.writeNull();
        } else if (value instanceof Long number) {
            generator.writeNumber(number);
        } else if (value instanceof Double number) {
            writeFloat(generator, number);
        } else if (value instanceof String text) {
            generator.writeString(text);
        } else if (value instanceof byte[] blob) {
            writeBlob(generator, blob);
        } else {
            throw new IllegalArgumentException("not a value of SQLite: " + value.getClass());
        }
    }

    private static void writeFloat(JsonGenerator generator, double number) throws IOException {
        if (Double.isFinite(number) || generator.canWriteBinaryNatively()) {
            generator.writeNumber(number);
        } else {
            generator.writeStartObject();
            generator.writeStringField(FLOAT, Double.toString(number));
            generator.writeEndObject();
        }
    }

    private static void writeBlob(JsonGenerator generator, byte[] blob) throws IOException {
        if (generator.canWriteBinaryNatively()) {
            generator.writeBinary(blob);
        } else {
            generator.writeStartObject();
            generator.writeBinaryField(BLOB, blob);
            generator.writeEndObject();
        }
    }

    private static @Nullable Object readCurrent(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new WireException("the message ends within a list of values");
        }
        return switch (token) {
            case VALUE_NULL -> null;
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
            case VALUE_STRING -> parser.getText();
            case VALUE_EMBEDDED_OBJECT -> parser.getBinaryValue();
            case START_OBJECT -> readTagged(parser);
            default -> throw new WireException("expected a value, found " + token);
        };
    }

    private static Object readTagged(JsonParser parser) throws IOException {
        String tag = parser.nextFieldName();
        Fields.require(parser.nextToken() == JsonToken.VALUE_STRING, parser, "text");
        Object value;
        if (BLOB.equals(tag)) {
            value = parser.getBinaryValue();
        } else if (FLOAT.equals(tag)) {
            value = Double.valueOf(parser.getText());
        } else {
            throw Fields.unknown(String.valueOf(tag));
        }
        Fields.require(parser.nextToken() == JsonToken.END_OBJECT, parser, "the end of the value");
        return value;
    }
}
