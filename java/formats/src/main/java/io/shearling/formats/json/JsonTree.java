package io.shearling.formats.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads JSON into a tree of values; for files of kilobytes, since all of it is held. */
public final class JsonTree {
    private JsonTree() {}

    /**
     * The one value of a text, with nothing behind it.
     *
     * @throws IOException as {@link StrictJson#parser} says, and for a second value
     */
    public static JsonValue read(StrictJson json, InputStream bytes) throws IOException {
        try (JsonParser parser = json.parser(bytes)) {
            parser.nextToken();
            JsonValue value = value(parser);
            if (parser.nextToken() != null) {
                throw new IOException("something follows the value");
            }
            return value;
        }
    }

    /**
     * The value that begins at the parser's current token; afterwards the parser is at its last token. No deeper than the parser
     * allows.
     *
     * @throws IOException as {@link StrictJson#parser} says, and where there is no value
     */
    public static JsonValue value(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            throw new IOException("there is no value");
        }
        return switch (token) {
            case START_OBJECT -> fields(parser);
            case START_ARRAY -> items(parser);
            case VALUE_STRING -> new JsonValue.Text(parser.getText());
            case VALUE_NUMBER_INT -> integer(parser);
            case VALUE_NUMBER_FLOAT -> new JsonValue.Real(parser.getDoubleValue());
            case VALUE_TRUE -> new JsonValue.Bool(true);
            case VALUE_FALSE -> new JsonValue.Bool(false);
            case VALUE_NULL -> new JsonValue.Null();
            default ->
                throw new IOException(
                        "there is no value at " + parser.currentLocation().offsetDescription());
        };
    }

    /** One that no long holds is a number all the same. */
    private static JsonValue integer(JsonParser parser) throws IOException {
        return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                ? new JsonValue.Real(parser.getDoubleValue())
                : new JsonValue.Int(parser.getLongValue());
    }

    private static JsonValue fields(JsonParser parser) throws IOException {
        Map<String, JsonValue> values = new LinkedHashMap<>();
        for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
            parser.nextToken();
            values.put(name, value(parser));
        }
        return new JsonValue.Fields(values);
    }

    private static JsonValue items(JsonParser parser) throws IOException {
        List<JsonValue> values = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            values.add(value(parser));
        }
        return new JsonValue.Items(values);
    }
}
