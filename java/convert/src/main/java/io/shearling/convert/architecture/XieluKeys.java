package io.shearling.convert.architecture;

import io.shearling.convert.ConvertException;
import io.shearling.convert.checkpoint.Checkpoint;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.element.ElementDecoder;
import io.shearling.convert.element.StoredElements;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The numbers of the activation function <a href="https://arxiv.org/abs/2411.13010">xIELU</a>, which Apertus has as tensors of one
 * element for each layer and llama.cpp as keys. A key comes when the last of its layers does.
 */
final class XieluKeys implements Architecture.TensorKeys {
    private static final List<String> NUMBERS = List.of("alpha_n", "alpha_p", "beta", "eps");
    private static final NamePattern PLACES = NamePattern.of("model.layers.{b}.mlp.act_fn.{p}");

    @Override
    public void put(Checkpoint checkpoint, ModelConfig config, Keys keys) {
        Map<String, SortedMap<Integer, Float>> found = new TreeMap<>();
        checkpoint.tensors().forEach((name, place) -> {
            Optional<NamePattern.Match> match = PLACES.match(name);
            if (match.isPresent() && NUMBERS.contains(match.get().part())) {
                String number = match.get().part();
                SortedMap<Integer, Float> layers = found.computeIfAbsent(number, key -> new TreeMap<>());
                layers.put(match.get().block().orElseThrow(), value(checkpoint, name, place));
                if (layers.size() == config.blockCount()) {
                    keys.whole().f32s("xielu." + number, array(layers));
                }
            }
        });
        for (String number : NUMBERS) {
            if (found.getOrDefault(number, new TreeMap<>()).size() != config.blockCount()) {
                throw fault(checkpoint, "not each of its " + config.blockCount() + " layers has " + number);
            }
        }
    }

    private static float value(Checkpoint checkpoint, String name, Checkpoint.Place place) {
        if (place.tensor().elements() != 1
                || !ElementDecoder.supports(place.tensor().type())) {
            throw fault(checkpoint, "the tensor " + name + " is no single number");
        }
        return new StoredElements(place.file(), place.tensor()).floats(0, 1)[0];
    }

    private static float[] array(SortedMap<Integer, Float> layers) {
        float[] values = new float[layers.size()];
        int at = 0;
        for (float value : layers.values()) {
            values[at++] = value;
        }
        return values;
    }

    private static ConvertException fault(Checkpoint checkpoint, String cause) {
        return new ConvertException(
                ConvertException.Kind.TENSORS, checkpoint.folder().toString(), cause, "fetch the checkpoint again");
    }
}
