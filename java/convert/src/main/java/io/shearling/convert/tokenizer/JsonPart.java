package io.shearling.convert.tokenizer;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.checkpoint.JsonFile;
import io.shearling.formats.json.JsonValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An object of a tokenizer's file, and where it is, for messages.
 *
 * @param file the file
 * @param path the place in the file, such as {@code pre_tokenizer}
 */
record JsonPart(String file, String path, JsonValue.Fields fields) {
    private static final String AGAIN = "fetch the checkpoint again";

    /** The object at a place, when there is one that is not {@code null}. */
    static Optional<JsonPart> of(String file, String path, Optional<JsonValue> value) {
        return value.filter(found -> !(found instanceof JsonValue.Null))
                .map(found -> new JsonPart(
                        file, path, found.fields().orElseThrow(() -> fault(file, path + " is no object"))));
    }

    /** The object of a small file, when the file is there. */
    static Optional<JsonPart> find(Path path) {
        return of(path.toString(), "the file", JsonFile.find(path, Kind.TOKENIZER));
    }

    /** What kind of step this is. */
    String type() {
        return text("type");
    }

    /** A text that must be there. */
    String text(String name) {
        return findText(name).orElseThrow(() -> fault("has no text \"" + name + "\""));
    }

    /** A text that may be there. */
    Optional<String> findText(String name) {
        return fields.find(name).flatMap(JsonValue::text);
    }

    /** A truth value, or what holds without one. */
    boolean flag(String name, boolean otherwise) {
        return fields.find(name).flatMap(JsonValue::bool).orElse(otherwise);
    }

    /** An integer that may be there. */
    Optional<Integer> findInt(String name) {
        return fields.find(name).flatMap(JsonValue::integer).map(value -> {
            if (value != value.intValue()) {
                throw fault("has the number " + value + " as \"" + name + "\"");
            }
            return value.intValue();
        });
    }

    /** An object that must be there. */
    JsonPart part(String name) {
        return findPart(name).orElseThrow(() -> fault("has no object \"" + name + "\""));
    }

    /** An object that may be there. */
    Optional<JsonPart> findPart(String name) {
        return of(file, path + "." + name, fields.find(name));
    }

    /** The objects of a list; none when there is no list. */
    List<JsonPart> parts(String name) {
        List<JsonPart> parts = new ArrayList<>();
        for (JsonValue item : fields.find(name).flatMap(JsonValue::items).orElse(List.of())) {
            parts.add(of(file, path + "." + name + "[" + parts.size() + "]", Optional.of(item))
                    .orElseThrow(() -> fault("has a null in \"" + name + "\"")));
        }
        return parts;
    }

    /** This step is of a kind that is not known. */
    ConvertException unknown() {
        return new ConvertException(
                Kind.TOKENIZER,
                file,
                path + " is of the unknown kind \"" + Shown.of(type()) + "\"",
                "convert this checkpoint with another converter");
    }

    /** Something is wrong with this object. */
    ConvertException fault(String what) {
        return fault(file, path + " " + what);
    }

    /** Something is wrong with a file. */
    static ConvertException fault(String file, String what) {
        return new ConvertException(Kind.TOKENIZER, file, what, AGAIN);
    }
}
