package io.shearling.convert.tokenizer;

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

/** The JSON files of a checkpoint's tokenizer, each failure as one sentence. */
final class JsonFile {
    private static final long MAX_BYTES = 256L << 20;
    /** A table of characters in base64 has half a million letters, a chat template some ten thousand. */
    private static final StrictJson JSON = StrictJson.within(64, 8 << 20);

    private JsonFile() {}

    /** Takes what it wants from a parser that is before the first token. */
    @FunctionalInterface
    interface Reading {
        /** Reads. */
        void from(JsonParser json) throws IOException;
    }

    /** Lets a file be read as a stream; nothing may follow the value. */
    static void stream(Path path, Reading reading) {
        String name = path.toString();
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw JsonPart.fault(name, "the file is larger than " + MAX_BYTES + " bytes");
            }
            try (JsonParser json = JSON.parser(new BufferedInputStream(Files.newInputStream(path)))) {
                reading.from(json);
                if (json.nextToken() != null) {
                    throw JsonPart.fault(name, "something follows the last brace");
                }
            }
        } catch (CharacterCodingException e) {
            throw new ConvertException(Kind.TOKENIZER, name, "the file is not UTF-8", "fetch it again", e);
        } catch (JsonProcessingException e) {
            throw new ConvertException(
                    Kind.TOKENIZER,
                    name,
                    "the file is not JSON, or has a key twice or too long ("
                            + (e.getLocation() == null
                                    ? "nested too deep"
                                    : e.getLocation().offsetDescription()) + ")",
                    "fetch it again",
                    e);
        } catch (IOException e) {
            throw new ConvertException(
                    Kind.IO, name, "the file cannot be read (" + e + ")", "check its permissions and the disk", e);
        }
    }

    /** The object of a small file, when the file is there. */
    static Optional<JsonPart> find(Path path) {
        if (!Files.isRegularFile(path)) {
            return Optional.empty();
        }
        Holder held = new Holder();
        stream(path, held);
        return held.part(path.toString());
    }

    private static final class Holder implements Reading {
        private Optional<JsonValue> value = Optional.empty();

        @Override
        public void from(JsonParser json) throws IOException {
            json.nextToken();
            value = Optional.of(JsonTree.value(json));
        }

        private Optional<JsonPart> part(String file) {
            return JsonPart.of(file, "the file", value);
        }
    }
}
