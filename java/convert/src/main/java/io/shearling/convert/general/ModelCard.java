package io.shearling.convert.general;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * What the front matter of a README.md says of a model: YAML 1.1 between two lines of dashes. One that cannot be read says nothing.
 */
final class ModelCard {
    private static final String DASHES = "---";
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_DEPTH = 20;
    private static final int MAX_ALIASES = 10;

    private final Map<String, Object> values;

    private ModelCard(Map<String, Object> values) {
        this.values = values;
    }

    static ModelCard of(Path folder) {
        Map<String, Object> values = new LinkedHashMap<>();
        try {
            Path file = folder.resolve("README.md");
            Object loaded = Files.isRegularFile(file) && Files.size(file) <= MAX_BYTES
                    ? yaml().load(frontMatter(Files.readString(file, StandardCharsets.UTF_8)))
                    : null;
            if (loaded instanceof Map<?, ?> map) {
                map.forEach((key, value) -> values.put(String.valueOf(key), value));
            }
        } catch (IOException | YAMLException e) {
            values.clear();
        }
        return new ModelCard(values);
    }

    private static Yaml yaml() {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(MAX_BYTES);
        options.setNestingDepthLimit(MAX_DEPTH);
        options.setMaxAliasesForCollections(MAX_ALIASES);
        return new Yaml(new SafeConstructor(options));
    }

    private static String frontMatter(String text) {
        List<String> lines = text.lines().toList();
        if (lines.isEmpty() || !lines.get(0).equals(DASHES)) {
            return "";
        }
        StringBuilder yaml = new StringBuilder();
        for (String line : lines.subList(1, lines.size())) {
            if (line.equals(DASHES)) {
                break;
            }
            yaml.append(line).append('\n');
        }
        // As upstream: Norwegian is no false, and tabs are common.
        return yaml.toString().replace("- no\n", "- \"no\"\n").replace("\t", "  ");
    }

    /** The text under the first of these names. */
    Optional<String> text(String... names) {
        for (String name : names) {
            Object value = values.get(name);
            if (value instanceof List<?> list) {
                return Optional.of(
                        String.join(",", list.stream().map(String::valueOf).toList()));
            }
            if (value != null && !(value instanceof Map)) {
                return Optional.of(String.valueOf(value));
            }
        }
        return Optional.empty();
    }

    /** The texts under all of these names, whether lists or single ones. */
    List<String> texts(String... names) {
        List<String> texts = new ArrayList<>();
        for (String name : names) {
            items(name).stream()
                    .filter(value -> !(value instanceof Map))
                    .map(String::valueOf)
                    .forEach(texts::add);
        }
        return texts;
    }

    /**
     * The models or datasets under the first of these names, each with what is known of it under the names that GGUF has for that.
     *
     * @param parameters of this model, which the others are taken to be like
     */
    List<Map<String, String>> relatives(long parameters, String... names) {
        for (String name : names) {
            if (values.containsKey(name)) {
                return items(name).stream()
                        .map(item -> relative(item, parameters))
                        .toList();
            }
        }
        return List.of();
    }

    private List<?> items(String name) {
        Object value = values.get(name);
        return value instanceof List<?> list ? list : value == null ? List.of() : List.of(value);
    }

    /** What is known of one of them, by the names that GGUF has. */
    static Map<String, String> relative(Object item, long parameters) {
        Map<String, String> relative = new LinkedHashMap<>();
        if (item instanceof Map<?, ?> map) {
            map.forEach((key, value) -> relative.put(String.valueOf(key), String.valueOf(value)));
            return relative;
        }
        String id = String.valueOf(item);
        boolean address = id.matches("(https?|ssh)://.*");
        if (address) {
            relative.put("repo_url", id);
        }
        String plain = id.replaceFirst("^https?://huggingface\\.co/([^/]+/[^/]+)$", "$1");
        if (address && plain.equals(id)) {
            return relative;
        }
        ModelName name = ModelName.of(plain, parameters);
        relative.put("name", name.name());
        name.organization().ifPresent(organization -> relative.put("organization", organization));
        name.version().ifPresent(version -> relative.put("version", version));
        name.organizationId()
                .ifPresent(organization ->
                        relative.putIfAbsent("repo_url", "https://huggingface.co/" + organization + "/" + name.full()));
        return relative;
    }
}
