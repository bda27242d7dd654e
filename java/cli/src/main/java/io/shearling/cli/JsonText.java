package io.shearling.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.shearling.formats.json.JsonTree;
import io.shearling.formats.json.JsonValue;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;

/** Makes the text of {@code --json}: one indented object. */
final class JsonText {
    private JsonText() {}

    /** Writes the fields of the object, or a whole value. */
    interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    /** The object with these fields, without a line end. */
    static String object(Body body) {
        return text(json -> {
            json.writeStartObject();
            body.write(json);
            json.writeEndObject();
        });
    }

    /** A value as it is, without a line end. */
    static String of(JsonValue value) {
        return text(json -> JsonTree.write(value, json));
    }

    private static String text(Body body) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text).useDefaultPrettyPrinter()) {
            body.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
