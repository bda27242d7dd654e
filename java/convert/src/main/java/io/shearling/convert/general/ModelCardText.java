package io.shearling.convert.general;

import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufMetadata;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The README.md that gives the keys {@code general.*} back: its front matter, and nothing else. */
public final class ModelCardText {
    private static final Map<String, String> NAMES = new LinkedHashMap<>();

    static {
        NAMES.put("general.name", "model_name");
        NAMES.put("general.author", "model_author");
        NAMES.put("general.version", "model_version");
        NAMES.put("general.organization", "model_organization");
        NAMES.put("general.finetune", "model_finetune");
        NAMES.put("general.basename", "model_basename");
        NAMES.put("general.description", "model_description");
        NAMES.put("general.size_label", "model_size_label");
        NAMES.put("general.license", "license");
        NAMES.put("general.license.name", "license_name");
        NAMES.put("general.license.link", "license_link");
        NAMES.put("general.source.url", "model_url");
        NAMES.put("general.source.doi", "model_doi");
        NAMES.put("general.source.uuid", "model_uuid");
        NAMES.put("general.source.repo_url", "model_repo_url");
    }

    private static final List<String> RELATIVE =
            List.of("name", "author", "version", "organization", "description", "url", "doi", "uuid", "repo_url");

    private final GgufMetadata metadata;
    private final StringBuilder yaml = new StringBuilder();

    private final long parameters;

    private ModelCardText(GgufMetadata metadata, long parameters) {
        this.metadata = metadata;
        this.parameters = parameters;
    }

    /**
     * The text; empty where nothing is known of the model.
     *
     * @param parameters of the model
     */
    public static Optional<String> of(GgufMetadata metadata, long parameters) {
        ModelCardText card = new ModelCardText(metadata, parameters);
        NAMES.forEach(card::text);
        card.texts("general.tags", "tags");
        card.texts("general.languages", "language");
        card.relatives("general.base_model.", "base_model");
        card.relatives("general.dataset.", "datasets");
        return card.yaml.length() == 0 ? Optional.empty() : Optional.of("---\n" + card.yaml + "---\n");
    }

    private void text(String key, String name) {
        metadata.findString(key)
                .ifPresent(text ->
                        yaml.append(name).append(": ").append(quoted(text)).append('\n'));
    }

    private void texts(String key, String name) {
        List<String> texts = metadata.findArray(key).map(GgufArray::strings).orElse(List.of());
        if (!texts.isEmpty()) {
            yaml.append(name).append(":\n");
            texts.forEach(text -> yaml.append("- ").append(quoted(text)).append('\n'));
        }
    }

    /** Each as the name of its repository where that says the same, else with all that is known of it. */
    private void relatives(String prefix, String name) {
        long count = metadata.findInteger(prefix + "count").orElse(0);
        if (count > 0) {
            yaml.append(name).append(":\n");
        }
        for (long i = 0; i < count; i++) {
            Map<String, String> fields = new LinkedHashMap<>();
            for (String field : RELATIVE) {
                metadata.findString(prefix + i + "." + field).ifPresent(text -> fields.put(field, text));
            }
            String id =
                    fields.getOrDefault("repo_url", "").replaceFirst("^https://huggingface\\.co/([^/]+/[^/]+)$", "$1");
            if (ModelCard.relative(id, parameters).equals(fields)) {
                yaml.append("- ").append(quoted(id)).append('\n');
                continue;
            }
            String mark = "- ";
            for (Map.Entry<String, String> field : fields.entrySet()) {
                yaml.append(mark)
                        .append(field.getKey())
                        .append(": ")
                        .append(quoted(field.getValue()))
                        .append('\n');
                mark = "  ";
            }
            if (fields.isEmpty()) {
                yaml.append("- {}\n");
            }
        }
    }

    /** A text that YAML takes for nothing else. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        text.codePoints().forEach(letter -> {
            if (letter == '"' || letter == '\\') {
                quoted.append('\\').appendCodePoint(letter);
            } else if (letter < ' '
                    || (letter >= 0x7f && letter < 0xa0)
                    || letter == 0x2028
                    || letter == 0x2029
                    || letter == 0xfeff
                    || letter == 0xfffe
                    || letter == 0xffff) {
                quoted.append(String.format("\\u%04x", letter));
            } else {
                quoted.appendCodePoint(letter);
            }
        });
        return quoted.append('"').toString();
    }
}
