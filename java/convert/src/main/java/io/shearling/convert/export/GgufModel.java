package io.shearling.convert.export;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.architecture.Draft;
import io.shearling.convert.element.GgufElements;
import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufBool;
import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufFloat;
import io.shearling.formats.gguf.GgufInteger;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a GGUF file says of its model, in the words of JSON. */
record GgufModel(GgufFile file) {
    GgufMetadata metadata() {
        return file.metadata();
    }

    String name() {
        return file.path().toString();
    }

    String architecture() {
        return metadata().string("general.architecture");
    }

    /** The value of a key that begins with {@code tokenizer.}, or of one of the architecture's keys; of one for each layer, what all of them have. */
    Optional<JsonValue> find(String key) {
        return metadata()
                .find(key.startsWith("tokenizer.") ? key : architecture() + "." + key)
                .map(value -> json(key, value));
    }

    /** The integer of one of the architecture's keys. */
    Optional<Long> integer(String key) {
        return find(key).flatMap(JsonValue::integer);
    }

    /**
     * The integer of one of the architecture's keys.
     *
     * @throws ConvertException when it is missing or no count
     */
    long count(String key) {
        return integer(key).filter(value -> value > 0).orElseThrow(() -> fault("its key " + key + " is no count"));
    }

    private JsonValue json(String key, GgufValue value) {
        if (value instanceof GgufInteger integer) {
            return new JsonValue.Int(integer.value());
        }
        if (value instanceof GgufFloat number) {
            // The shortest number that is the same float.
            return new JsonValue.Real(Double.parseDouble(number.toString()));
        }
        if (value instanceof GgufBool bool) {
            return new JsonValue.Bool(bool.value());
        }
        if (value instanceof GgufArray array && array.elementType().integer() && array.size() > 0) {
            long first = array.integer(0);
            for (int i = 1; i < array.size(); i++) {
                if (array.integer(i) != first) {
                    throw fault("its layers differ in " + key + ", and in the checkpoint they cannot");
                }
            }
            return new JsonValue.Int(first);
        }
        return new JsonValue.Text(value.toString());
    }

    boolean hasTensor(String tensor) {
        return file.tensor(tensor).isPresent();
    }

    /** The floats of a small tensor. */
    Optional<float[]> floats(String tensor) {
        return file.tensor(tensor).map(info -> new GgufElements(file, info).floats());
    }

    /** How many rows the table of embeddings has, which is the size of the vocabulary. */
    long embeddingRows() {
        return file.tensor("token_embd.weight")
                .map(tensor -> tensor.shape().rows())
                .orElseThrow(() -> fault("it has no tensor token_embd.weight"));
    }

    /** How many elements all tensors have. */
    long parameters() {
        return file.tensors().stream()
                .mapToLong(tensor -> tensor.shape().elements())
                .sum();
    }

    /** All tensors, their shapes in the order of checkpoints. */
    List<Draft> tensors() {
        List<Draft> drafts = new ArrayList<>();
        for (TensorInfo tensor : file.tensors()) {
            long[] extents = tensor.shape().extents();
            List<Long> shape = new ArrayList<>();
            for (int i = extents.length - 1; i >= 0; i--) {
                shape.add(extents[i]);
            }
            drafts.add(new Draft(tensor.name(), shape, new GgufElements(file, tensor)));
        }
        return drafts;
    }

    /** Why it cannot be exported. */
    ConvertException fault(String cause) {
        return new ConvertException(
                Kind.CONFIG, name(), cause, "only files as converters write them of such a class can be exported");
    }
}
