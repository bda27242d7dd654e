package io.shearling.convert.golden;

import io.shearling.convert.ConversionOptions;
import io.shearling.formats.json.JsonTree;
import io.shearling.formats.json.JsonValue;
import io.shearling.formats.json.StrictJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What upstream's converter makes of a tiny model; {@code make_goldens.py} says what is in it. */
public record Golden(JsonValue.Fields json) {
    private static final StrictJson JSON = StrictJson.within(32, 1 << 20);

    public static Golden named(String name) {
        try (InputStream bytes = Objects.requireNonNull(
                Golden.class.getResourceAsStream("/io/shearling/convert/goldens/" + name + ".json"), name)) {
            return new Golden(JsonTree.read(JSON, bytes).fields().orElseThrow());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All there are. */
    public static List<String> names() {
        try (Stream<Path> files = Files.list(folder("goldens"))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> String.valueOf(file.getFileName()).replace(".json", ""))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A folder of test data; it may lie in a jar. */
    static Path folder(String name) {
        try {
            URI place = Objects.requireNonNull(Golden.class.getResource("/io/shearling/convert/" + name), name)
                    .toURI();
            return place.getScheme().equals("jar") ? inJar(place) : Path.of(place);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static synchronized Path inJar(URI place) {
        try {
            return FileSystems.getFileSystem(place).provider().getPath(place);
        } catch (FileSystemNotFoundException none) {
            try {
                return FileSystems.newFileSystem(place, Map.of()).provider().getPath(place);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** The same with another value in a field. */
    Golden with(String field, JsonValue value) {
        Map<String, JsonValue> values = new LinkedHashMap<>(json.values());
        values.put(field, value);
        return new Golden(new JsonValue.Fields(values));
    }

    /** The same where the full configuration has something else for what matches. */
    Golden withConfig(String regex, String replacement) {
        String config = object("configs").find("full").flatMap(JsonValue::text).orElseThrow();
        String changed = config.replaceAll(regex, replacement);
        if (changed.equals(config)) {
            throw new IllegalArgumentException(regex + " is not in " + config);
        }
        return with("configs", new JsonValue.Fields(Map.of("full", new JsonValue.Text(changed))));
    }

    /** The same with a tensor in bf16 more, from the distribution of this letter. */
    Golden withTensor(String name, String letter, long... shape) {
        List<JsonValue> rows = new ArrayList<>(list("tensors"));
        rows.add(new JsonValue.Items(List.of(
                new JsonValue.Text(name),
                new JsonValue.Text("BF16"),
                new JsonValue.Items(LongStream.of(shape)
                        .<JsonValue>mapToObj(JsonValue.Int::new)
                        .toList()),
                new JsonValue.Int(0),
                new JsonValue.Text(letter))));
        return with("tensors", new JsonValue.Items(rows));
    }

    /** The same without a tensor. */
    Golden withoutTensor(String name) {
        return with(
                "tensors",
                new JsonValue.Items(list("tensors").stream()
                        .filter(row -> !row.items().orElseThrow().get(0).equals(new JsonValue.Text(name)))
                        .toList()));
    }

    /** The defaults, with the name of the pre-tokenizer that was set for it. */
    public ConversionOptions options() {
        return json.find("pre")
                .flatMap(JsonValue::fields)
                .flatMap(pre -> pre.find("name"))
                .flatMap(JsonValue::text)
                .map(ConversionOptions.DEFAULT::withPreTokenizer)
                .orElse(ConversionOptions.DEFAULT)
                .withThreads(2);
    }

    public String text(String field) {
        return json.find(field).flatMap(JsonValue::text).orElseThrow();
    }

    public JsonValue.Fields object(String field) {
        return json.find(field).flatMap(JsonValue::fields).orElseThrow();
    }

    public List<JsonValue> list(String field) {
        return json.find(field).flatMap(JsonValue::items).orElseThrow();
    }

    /** The letters of the weights' distributions: base, largest step, exponent of the step. */
    List<Double> distribution(String letter) {
        return numbers(object("init").find(letter).flatMap(JsonValue::items).orElseThrow());
    }

    /** The values of a tensor whose letter has them one by one; empty for the other letters. */
    List<Double> literal(String letter) {
        return numbers(object("init").find(letter).flatMap(JsonValue::items).orElseThrow().stream()
                .flatMap(value -> value.items().stream().flatMap(List::stream))
                .toList());
    }

    private static List<Double> numbers(List<JsonValue> values) {
        return values.stream().map(value -> value.number().orElseThrow()).toList();
    }

    /** The conversions that were made. */
    List<Output> outputs() {
        List<JsonValue> all = list("outputs");
        JsonValue.Fields first = all.get(0).fields().orElseThrow();
        return all.stream()
                .map(one -> new Output(one.fields().orElseThrow(), first))
                .toList();
    }

    /** One conversion; it has the first's tensors where it names none. */
    record Output(JsonValue.Fields json, JsonValue.Fields first) {
        String type() {
            return json.find("outtype").flatMap(JsonValue::text).orElseThrow();
        }

        String config() {
            return json.find("config").flatMap(JsonValue::text).orElseThrow();
        }

        /** Further options of the converter. */
        List<String> arguments() {
            return json.find("args").flatMap(JsonValue::items).stream()
                    .flatMap(List::stream)
                    .map(word -> word.text().orElseThrow())
                    .toList();
        }

        /** The sha256 of each file. */
        List<String> sha256s() {
            List<JsonValue> files = json.find("parts").flatMap(JsonValue::items).orElse(List.of(json));
            return files.stream()
                    .map(file -> file.fields().orElseThrow().find("sha256"))
                    .map(sha256 -> sha256.flatMap(JsonValue::text).orElseThrow())
                    .toList();
        }

        /** The adapters beside the model, by name. */
        Map<String, Output> adapters() {
            Map<String, Output> adapters = new LinkedHashMap<>();
            json.find("adapters")
                    .flatMap(JsonValue::fields)
                    .ifPresent(fields -> fields.values().forEach((name, one) -> {
                        JsonValue.Fields adapter = one.fields().orElseThrow();
                        adapters.put(name, new Output(adapter, adapter));
                    }));
            return adapters;
        }

        List<List<JsonValue>> keys() {
            return rows("keys", json);
        }

        List<List<JsonValue>> tensors() {
            return rows("tensors", json.values().containsKey("tensors") ? json : first);
        }

        private static List<List<JsonValue>> rows(String field, JsonValue.Fields json) {
            return json.find(field).flatMap(JsonValue::items).orElseThrow().stream()
                    .map(row -> row.items().orElseThrow())
                    .toList();
        }
    }

    /** The files of the checkpoint other than tensors, by name. */
    Map<String, JsonValue> files() {
        return object("files").values();
    }
}
