package io.shearling.convert.architecture;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.checkpoint.JsonFile;
import io.shearling.formats.json.JsonValue;
import java.nio.file.Path;
import java.util.List;

/** What sentence-transformers does with the output of a model, one module after the other: {@code modules.json}. */
final class SentenceModules {
    private SentenceModules() {}

    /**
     * The folders of the modules of a kind, relative to the checkpoint.
     *
     * @param kind the last word of the modules' class
     * @throws ConvertException when one is no plain name, for the file comes from a stranger
     */
    static List<Path> folders(Path checkpoint, String kind) {
        Path file = checkpoint.resolve("modules.json");
        return JsonFile.find(file, Kind.CONFIG).flatMap(JsonValue::items).orElse(List.of()).stream()
                .flatMap(module -> module.fields().stream())
                .filter(module -> text(module, "type").endsWith(kind))
                .map(module -> folder(file, text(module, "path")))
                .toList();
    }

    private static Path folder(Path file, String path) {
        if (!path.matches("[A-Za-z0-9_][A-Za-z0-9_.-]*")) {
            throw new ConvertException(
                    Kind.CONFIG,
                    file.toString(),
                    "the path of a module is no name of a folder",
                    "fetch the checkpoint again");
        }
        return Path.of(path);
    }

    /** A text of an object; empty where there is none. */
    static String text(JsonValue.Fields fields, String name) {
        return fields.find(name).flatMap(JsonValue::text).orElse("");
    }
}
