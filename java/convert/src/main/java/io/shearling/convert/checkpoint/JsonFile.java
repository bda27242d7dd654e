package io.shearling.convert.checkpoint;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.formats.json.JsonTree;
import io.shearling.formats.json.JsonValue;
import io.shearling.formats.json.StrictJson;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** The small JSON files of a checkpoint. */
public final class JsonFile {
    private static final StrictJson JSON = StrictJson.within(64, 1 << 24);
    private static final long MAX_BYTES = 64L << 20;
    private static final String AGAIN = "fetch the checkpoint again";

    private JsonFile() {}

    /**
     * Reads one that has to be there.
     *
     * @throws ConvertException when it is not, or no object
     */
    public static JsonValue.Fields read(Path path) {
        try {
            return value(path)
                    .fields()
                    .orElseThrow(
                            () -> new ConvertException(Kind.CONFIG, path.toString(), "it is no JSON object", AGAIN));
        } catch (NoSuchFileException e) {
            throw new ConvertException(
                    Kind.IO,
                    path.toString(),
                    "there is no such file",
                    "name the folder of a checkpoint, which has it",
                    e);
        } catch (IOException e) {
            throw new ConvertException(Kind.CONFIG, path.toString(), "it is no valid JSON", AGAIN, e);
        }
    }

    /** Reads one whose absence or damage does not matter. */
    public static Optional<JsonValue.Fields> readIfSound(Path path) {
        return valueIfSound(path).flatMap(JsonValue::fields);
    }

    /** The same for one that is a list. */
    public static Optional<JsonValue> valueIfSound(Path path) {
        try {
            return Optional.of(value(path));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static JsonValue value(Path path) throws IOException {
        if (Files.size(path) > MAX_BYTES) {
            throw new IOException("larger than " + MAX_BYTES + " bytes");
        }
        return JsonTree.read(JSON, new BufferedInputStream(Files.newInputStream(path)));
    }
}
