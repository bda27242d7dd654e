package io.shearling.convert.architecture;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.formats.json.JsonValue;
import java.util.List;
import java.util.stream.IntStream;

/** What a configuration says of each layer, {@code layer_types} above all. */
final class LayerTypes {
    private static final JsonValue FULL = new JsonValue.Text("full_attention");
    private static final JsonValue SLIDING = new JsonValue.Text("sliding_attention");

    private LayerTypes() {}

    /** Layers of which each so many-th attends to the whole text, the others to a window. */
    static JsonValue everyFull(ModelConfig config, long period) {
        return new JsonValue.Items(IntStream.rangeClosed(1, config.blockCount())
                .mapToObj(layer -> layer % period == 0 ? FULL : SLIDING)
                .toList());
    }

    /** Which layers attend to a window. */
    static boolean[] sliding(ModelConfig config) {
        List<JsonValue> types = each(config, "layer_types");
        boolean[] sliding = new boolean[types.size()];
        for (int i = 0; i < sliding.length; i++) {
            sliding[i] = types.get(i).equals(SLIDING);
        }
        return sliding;
    }

    /** What each layer is. */
    static List<String> of(ModelConfig config) {
        return each(config, "layer_types").stream()
                .map(type -> type.text().orElse(""))
                .toList();
    }

    /**
     * A list with a value for each layer.
     *
     * @throws ConvertException when it has another length
     */
    static List<JsonValue> each(ModelConfig config, String name) {
        List<JsonValue> values = config.find(name).flatMap(JsonValue::items).orElse(List.of());
        if (values.size() != config.blockCount()) {
            throw new ConvertException(
                    Kind.CONFIG,
                    config.file(),
                    name + " has " + values.size() + " values for " + config.blockCount() + " layers",
                    "fetch the checkpoint again");
        }
        return values;
    }
}
