package io.replsqlite.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Typed reads of a token stream: each takes the next value and refuses every other type. */
final class Fields {
    private Fields() {}

    interface Field {
        void read(String name) throws IOException;
    }

    interface Element<T extends @Nullable Object> {
        T read() throws IOException;
    }

    /** Reads a map that is a field's value, or the message itself. */
    static void map(JsonParser parser, Field field) throws IOException {
        Fields.require(parser.nextToken() == JsonToken.START_OBJECT, parser, "a map");
        fields(parser, field);
    }

    /** Reads the fields of a map whose start is the current token. */
    static void fields(JsonParser parser, Field field) throws IOException {
        require(parser.currentToken() == JsonToken.START_OBJECT, parser, "a map");
        List<String> seen = new ArrayList<>();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            if (seen.contains(name)) {
                throw new WireException("'" + name + "' occurs twice");
            }
            seen.add(name);
            field.read(name);
        }
        require(parser.currentToken() == JsonToken.END_OBJECT, parser, "the end of the map");
    }

    /** Reads a list that is a field's value; the element reader finds its first token current. */
    static <T extends @Nullable Object> List<T> list(JsonParser parser, String name, int limit, Element<T> element)
            throws IOException {
        require(parser.nextToken() == JsonToken.START_ARRAY, parser, "a list");
        return elements(parser, name, limit, element);
    }

    /** Reads the elements of a list whose start is the current token. */
    static <T extends @Nullable Object> List<T> elements(JsonParser parser, String name, int limit, Element<T> element)
            throws IOException {
        require(parser.currentToken() == JsonToken.START_ARRAY, parser, "a list");
        List<T> list = new ArrayList<>();
        while (true) {
            JsonToken token = parser.nextToken();
            if (token == JsonToken.END_ARRAY) {
                return list;
            }
            require(token != null, parser, "an element");
            if (list.size() == limit) {
                throw new WireLimitException("more than " + limit + " elements in '" + name + "'", null);
            }
            list.add(element.read());
        }
    }

    static String text(JsonParser parser) throws IOException {
        require(parser.nextToken() == JsonToken.VALUE_STRING, parser, "text");
        return parser.getText();
    }

    static @Nullable String textOrNull(JsonParser parser) throws IOException {
        JsonToken token = parser.nextToken();
        if (token == JsonToken.VALUE_NULL) {
            return null;
        }
        require(token == JsonToken.VALUE_STRING, parser, "text");
        return parser.getText();
    }

    static long integer(JsonParser parser) throws IOException {
        require(parser.nextToken() == JsonToken.VALUE_NUMBER_INT, parser, "an integer");
        return parser.getLongValue();
    }

    static boolean truth(JsonParser parser) throws IOException {
        JsonToken token = parser.nextToken();
        require(token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE, parser, "true or false");
        return token == JsonToken.VALUE_TRUE;
    }

    static <T> T present(@Nullable T value, String name) throws WireException {
        if (value == null) {
            throw new WireException("'" + name + "' is missing");
        }
        return value;
    }

    static WireException unknown(String name) {
        return new WireException("'" + name + "' is not a name of this message");
    }

    static void require(boolean holds, JsonParser parser, String expected) throws IOException {
        if (!holds) {
            throw new WireException("expected " + expected + ", found " + parser.currentToken() + " at "
                    + parser.currentLocation().offsetDescription());
        }
    }
}
