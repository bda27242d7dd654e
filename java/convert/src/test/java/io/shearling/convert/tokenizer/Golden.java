package io.shearling.convert.tokenizer;

import io.shearling.formats.json.JsonTree;
import io.shearling.formats.json.JsonValue;
import io.shearling.formats.json.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What make_tokenizer_golden.py wrote. */
final class Golden {
    private static final StrictJson JSON = StrictJson.within(64, 1 << 20);

    private Golden() {}

    /** A file as JSON. */
    static JsonPart json(String name) {
        try (InputStream bytes = open(name)) {
            return JsonPart.of(name, name, Optional.of(JsonTree.read(JSON, bytes)))
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file's letters. */
    static String text(String name) {
        try (InputStream bytes = open(name)) {
            return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes a tokenizer.json: the head of a case and its model with the case's own settings. */
    static Path tokenizer(JsonPart golden, Path folder) {
        StringBuilder text = new StringBuilder(golden.text("head").strip());
        text.setLength(text.length() - 1);
        String model = text("model-" + golden.text("model") + ".json").strip();
        for (var setting : golden.part("settings").fields().values().entrySet()) {
            String key = "\"" + setting.getKey() + "\":";
            model = model.replaceFirst(
                    key + "[a-z]+", key + setting.getValue().bool().orElseThrow());
        }
        text.append(",\"model\":").append(model).append('}');
        try {
            return Files.writeString(folder.resolve("tokenizer.json"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A folder with the files of a tokenizer that was trained for the tests of the conversion. */
    static Path folder(String name) {
        try {
            return Path.of(Objects.requireNonNull(Golden.class.getResource("../tokenizers/" + name), name)
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The elements of a list of a file. */
    static List<JsonValue> items(JsonPart part, String name) {
        return part.fields().find(name).flatMap(JsonValue::items).orElseThrow();
    }

    /** The integers of a list. */
    static int[] ints(JsonValue list) {
        return list.items().orElseThrow().stream()
                .mapToInt(value -> value.integer().orElseThrow().intValue())
                .toArray();
    }

    /** The SHA-256 of a text, in hexadecimal. */
    static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static InputStream open(String name) {
        return Objects.requireNonNull(Golden.class.getResourceAsStream(name), name);
    }
}
