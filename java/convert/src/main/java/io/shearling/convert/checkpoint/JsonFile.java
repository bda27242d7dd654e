package io.shearling.convert.checkpoint;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.formats.json.JsonTree;
import io.shearling.formats.json.JsonValue;
import io.shearling.formats.json.StrictJson;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The JSON files of a checkpoint; what is wrong with one is said in one sentence. */
public final class JsonFile {
    /** A table of characters in base64 has half a million letters, a chat template some ten thousand. */
    private static final StrictJson JSON = StrictJson.within(64, 8 << 20);

    private static final long MAX_BYTES = 256L << 20;
    private static final long MAX_TREE_BYTES = 64L << 20;
    private static final String AGAIN = "fetch the checkpoint again";

    private JsonFile() {}

    /** Takes what it wants from a parser that is before the first token. */
    @FunctionalInterface
    public interface Reading {
        /** Reads. */
        void from(JsonParser json) throws IOException;
    }

    /**
     * Lets a file be read as a stream; nothing may follow the value.
     *
     * @param kind of what would be wrong
     * @throws ConvertException when it cannot be read, or is no JSON within the bounds
     */
    public static void stream(Path path, Kind kind, Reading reading) {
        stream(path, kind, MAX_BYTES, reading);
    }

    private static void stream(Path path, Kind kind, long maxBytes, Reading reading) {
        String name = path.toString();
        try {
            if (Files.size(path) > maxBytes) {
                throw new ConvertException(kind, name, "the file is larger than " + maxBytes + " bytes", AGAIN);
            }
            try (JsonParser json = JSON.parser(new BufferedInputStream(Files.newInputStream(path)))) {
                reading.from(json);
                if (json.nextToken() != null) {
                    throw new ConvertException(kind, name, "something follows the last brace", AGAIN);
                }
            }
        } catch (CharacterCodingException e) {
            throw new ConvertException(kind, name, "the file is not UTF-8", AGAIN, e);
        } catch (JsonProcessingException e) {
            throw new ConvertException(
                    kind,
                    name,
                    "the file is not JSON, or has a key twice or too long ("
                            + (e.getLocation() == null
                                    ? "nested too deep"
                                    : e.getLocation().offsetDescription()) + ")",
                    AGAIN,
                    e);
        } catch (IOException e) {
            throw new ConvertException(
                    Kind.IO, name, "the file cannot be read (" + e + ")", "check its permissions and the disk", e);
        }
    }

    /**
     * Reads a small file that has to be there.
     *
     * @throws ConvertException when it is not, or no object
     */
    public static JsonValue.Fields read(Path path) {
        return find(path, Kind.CONFIG)
                .orElseThrow(() -> new ConvertException(
                        Kind.IO,
                        path.toString(),
                        "there is no such file",
                        "name the folder of a checkpoint, which has it"))
                .fields()
                .orElseThrow(() -> new ConvertException(Kind.CONFIG, path.toString(), "it is no JSON object", AGAIN));
    }

    /**
     * Reads a small file that may be missing.
     *
     * @param kind of what would be wrong
     * @throws ConvertException when it is there and broken
     */
    public static Optional<JsonValue> find(Path path, Kind kind) {
        if (!Files.isRegularFile(path)) {
            return Optional.empty();
        }
        Holder held = new Holder();
        stream(path, kind, MAX_TREE_BYTES, held);
        return held.value;
    }

    /** Reads a small file whose absence or damage does not matter. */
    public static Optional<JsonValue.Fields> readIfSound(Path path) {
        try {
            return find(path, Kind.CONFIG).flatMap(JsonValue::fields);
        } catch (ConvertException e) {
            return Optional.empty();
        }
    }

    private static final class Holder implements Reading {
        private Optional<JsonValue> value = Optional.empty();

        @Override
        public void from(JsonParser json) throws IOException {
            json.nextToken();
            value = Optional.of(JsonTree.value(json));
        }
    }
}
