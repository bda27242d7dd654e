package io.shearling.convert.export;

import io.shearling.convert.Conversion;
import io.shearling.convert.ConversionOptions;
import io.shearling.convert.ConvertException;
import io.shearling.convert.PlannedTensor;
import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.json.JsonValue;
import io.shearling.formats.tensor.TensorShape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/** Plans the conversion of an exported checkpoint and tells what it would not give back. */
final class WayBack {
    /** What follows from the types and the files, not from the model. */
    private static final Set<String> OF_THE_FILE = Set.of(
            "general.file_type",
            "general.quantization_version",
            "general.alignment",
            "split.no",
            "split.count",
            "split.tensors.count");

    private final GgufModel model;
    private final JsonValue.Fields config;

    WayBack(GgufModel model, JsonValue.Fields config) {
        this.model = model;
        this.config = config;
    }

    /** What differs, a sentence each. */
    List<String> compare(Path folder) {
        ConversionOptions plain = ConversionOptions.DEFAULT.withThreads(1);
        ConversionOptions options = model.metadata()
                .findString("tokenizer.ggml.pre")
                .map(plain::withPreTokenizer)
                .orElse(plain);
        try (Conversion back = Conversion.of(folder, options)) {
            requireTensors(back);
            return notes(back.metadata());
        } catch (ConvertException e) {
            return List.of("The checkpoint does not become a GGUF file again: " + e.getMessage() + ".");
        }
    }

    private List<String> notes(GgufMetadata back) {
        List<String> notes = new ArrayList<>();
        for (String key : model.metadata().keys()) {
            if (OF_THE_FILE.contains(key) || model.metadata().find(key).equals(back.find(key))) {
                continue;
            }
            notes.add(
                    back.contains(key)
                            ? otherwise(key, model.metadata().value(key), back.value(key))
                            : "The key " + key + " has no place in the checkpoint.");
        }
        return notes;
    }

    private static String otherwise(String key, GgufValue before, GgufValue after) {
        if (before instanceof GgufArray one && after instanceof GgufArray other && one.size() == other.size()) {
            int[] changed = IntStream.range(0, one.size())
                    .filter(i -> !one.element(i).equals(other.element(i)))
                    .toArray();
            if (changed.length > 0) {
                return "Of the " + one.size() + " values of the key " + key + " " + changed.length
                        + " would come back otherwise, the first of them, at " + changed[0] + ", as "
                        + shown(other.element(changed[0]).toString()) + " instead of "
                        + shown(one.element(changed[0]).toString()) + ".";
            }
        }
        return "The key " + key + " would come back as " + shown(after.toString()) + " instead of "
                + shown(before.toString()) + ".";
    }

    private static String shown(String value) {
        return value.length() <= 60 ? value : value.substring(0, 60) + "…";
    }

    /** A tensor that is lost or of another shape would be a fault of ours. */
    private void requireTensors(Conversion back) {
        Map<String, TensorShape> shapes = new HashMap<>();
        for (PlannedTensor tensor : back.tensors()) {
            shapes.put(tensor.name(), tensor.shape());
        }
        for (TensorInfo tensor : model.file().tensors()) {
            TensorShape shape = shapes.remove(tensor.name());
            if (shape == null || !shape.equals(tensor.shape())) {
                throw new IllegalStateException("The tensor " + tensor.name() + " of " + model.name()
                        + " does not come back from the class " + config.find("architectures") + ".");
            }
        }
        if (!shapes.isEmpty()) {
            throw new IllegalStateException("The tensors " + shapes.keySet() + " are none of " + model.name() + ".");
        }
    }
}
