package io.shearling.hub;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A JSON document as maps, lists, strings and longs, read with the streaming parser; anything else becomes text. */
final class Json {
    private Json() {}

    /** Reads one object and closes the stream; what is not a JSON object is an {@link IOException}. */
    static Map<String, Object> readObject(InputStream stream) throws IOException {
        try (JsonParser parser = new JsonFactory().createParser(stream)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("not a JSON object");
            }
            return object(parser);
        } catch (JsonProcessingException e) {
            // Its full message has a line break and a location that says nothing of the stream.
            throw new IOException(e.getOriginalMessage(), e);
        }
    }

    private static Map<String, Object> object(JsonParser parser) throws IOException {
        Map<String, Object> members = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            parser.nextToken();
            members.put(name, value(parser));
        }
        return members;
    }

    private static Object value(JsonParser parser) throws IOException {
        JsonToken token = parser.currentToken();
        if (token == JsonToken.START_OBJECT) {
            return object(parser);
        }
        if (token == JsonToken.START_ARRAY) {
            List<Object> elements = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                if (parser.currentToken() == null) {
                    throw new IOException("the JSON text ends inside an array");
                }
                elements.add(value(parser));
            }
            return elements;
        }
        return token == JsonToken.VALUE_NUMBER_INT ? (Object) parser.getLongValue() : parser.getText();
    }

    /** The objects of a list member; a missing member is an empty list. */
    static List<Map<String, Object>> objects(Map<String, Object> from, String name) throws IOException {
        List<Map<String, Object>> found = new ArrayList<>();
        if (from.get(name) instanceof List<?> list) {
            for (Object element : list) {
                if (!(element instanceof Map<?, ?> map)) {
                    throw new IOException("an element of " + name + " is not an object");
                }
                Map<String, Object> copy = new LinkedHashMap<>();
                map.forEach((key, value) -> copy.put((String) key, value));
                found.add(copy);
            }
        }
        return found;
    }

    static String text(Map<String, Object> from, String name) throws IOException {
        if (from.get(name) instanceof String text) {
            return text;
        }
        throw new IOException("the text " + name + " is missing");
    }

    static long number(Map<String, Object> from, String name) throws IOException {
        if (from.get(name) instanceof Long number) {
            return number;
        }
        throw new IOException("the number " + name + " is missing");
    }
}
