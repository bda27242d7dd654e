package io.shearling.recipes.compress;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.shearling.formats.json.JsonTree;
import io.shearling.formats.json.JsonValue;
import io.shearling.formats.output.PartFile;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Small files that appear whole, in the place of the ones before. */
final class TextOutput {
    private TextOutput() {}

    static void write(Path file, JsonValue json) {
        StringWriter text = new StringWriter();
        try (JsonGenerator out = new JsonFactory().createGenerator(text).useDefaultPrettyPrinter()) {
            JsonTree.write(json, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        write(file, text + "\n");
    }

    static void write(Path file, String text) {
        PartFile output = PartFile.create(
                file,
                List.of(),
                null,
                (kind, where, reason, remedy, cause) -> new RecipeException(Kind.IO, where, reason, remedy, cause));
        try {
            output.write(StandardCharsets.UTF_8.encode(text));
            output.commit();
        } finally {
            output.discard();
        }
    }
}
