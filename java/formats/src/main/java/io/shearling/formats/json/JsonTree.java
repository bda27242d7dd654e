package io.shearling.formats.json;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as a tree of values, read and written; for files of kilobytes, since all of it is held. */
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

    /**
     * Writes a value where the generator is.
     *
     * @throws IOException when the output fails
     */
    public static void write(JsonValue value, JsonGenerator json) throws IOException {
        if (value instanceof JsonValue.Fields fields) {
            json.writeStartObject();
            for (Map.Entry<String, JsonValue> entry : fields.values().entrySet()) {
                json.writeFieldName(entry.getKey());
                write(entry.getValue(), json);
            }
            json.writeEndObject();
        } else if (value instanceof JsonValue.Items items) {
            json.writeStartArray();
            for (JsonValue item : items.values()) {
                write(item, json);
            }
            json.writeEndArray();
        } else if (value instanceof JsonValue.Text text) {
            json.writeString(text.value());
        } else if (value instanceof JsonValue.Int integer) {
            json.writeNumber(integer.value());
        } else if (value instanceof JsonValue.Real real) {
            json.writeNumber(real.value());
        } else if (value instanceof JsonValue.Bool bool) {
            json.writeBoolean(bool.value());
        } else {
            json.writeNull();
        }
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
