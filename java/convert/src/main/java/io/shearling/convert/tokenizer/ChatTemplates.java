package io.shearling.convert.tokenizer;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.formats.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The chat templates of a checkpoint, from the first place that has one: {@code tokenizer_config.json},
 * {@code chat_template.jinja} with {@code additional_chat_templates}, {@code chat_template.json}.
 */
final class ChatTemplates {
    private static final long MAX_BYTES = 8 << 20;
    private static final String DEFAULT = "default";

    private ChatTemplates() {}

    /** The templates by name, in order; the name of the one that is used without a name is {@code default}. */
    static Map<String, String> of(Path folder, Optional<JsonPart> config) {
        Optional<JsonValue> inConfig = config.flatMap(part -> part.fields().find("chat_template"));
        if (inConfig.isPresent()) {
            return templates(inConfig.get());
        }
        Path jinja = folder.resolve("chat_template.jinja");
        if (Files.isRegularFile(jinja)) {
            return files(jinja, folder.resolve("additional_chat_templates"));
        }
        return JsonPart.find(folder.resolve("chat_template.json"))
                .flatMap(part -> part.fields().find("chat_template"))
                .map(ChatTemplates::templates)
                .orElse(Map.of());
    }

    private static Map<String, String> templates(JsonValue value) {
        Map<String, String> templates = new LinkedHashMap<>();
        value.text().ifPresent(text -> templates.put(DEFAULT, text));
        for (JsonValue item : value.items().orElse(List.of())) {
            Optional<String> name = text(item, "name").map(ChatTemplates::key);
            Optional<String> template = text(item, "template");
            if (name.isPresent() && template.isPresent() && !name.get().isEmpty()) {
                templates.put(name.get(), template.get());
            }
        }
        return templates;
    }

    private static Map<String, String> files(Path jinja, Path others) {
        Map<String, String> templates = new LinkedHashMap<>();
        try {
            templates.put(DEFAULT, read(jinja));
            if (Files.isDirectory(others)) {
                try (Stream<Path> files = Files.list(others)) {
                    for (Path file : files.filter(path -> path.toString().endsWith(".jinja"))
                            .sorted()
                            .toList()) {
                        String name = String.valueOf(file.getFileName());
                        templates.put(key(name.substring(0, name.length() - ".jinja".length())), read(file));
                    }
                }
            }
        } catch (IOException e) {
            throw new ConvertException(
                    Kind.IO,
                    jinja.toString(),
                    "a chat template cannot be read (" + e + ")",
                    "check the files' permissions and that they are UTF-8",
                    e);
        }
        return templates;
    }

    private static String read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw JsonPart.fault(file.toString(), "the chat template is larger than " + MAX_BYTES + " bytes");
        }
        // As Python reads a text: each kind of line end is a line feed.
        return Files.readString(file).replace("\r\n", "\n").replace('\r', '\n');
    }

    private static Optional<String> text(JsonValue item, String name) {
        return item.fields().flatMap(fields -> fields.find(name)).flatMap(JsonValue::text);
    }

    /** A name that can be part of a key. */
    private static String key(String name) {
        return name.replaceAll("[^A-Za-z0-9]", "_");
    }
}
