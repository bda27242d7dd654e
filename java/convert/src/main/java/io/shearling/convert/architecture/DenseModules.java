package io.shearling.convert.architecture;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.checkpoint.Checkpoint;
import io.shearling.convert.checkpoint.JsonFile;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.element.StoredElements;
import io.shearling.formats.json.JsonValue;
import io.shearling.formats.safetensors.SafetensorsFile;
import io.shearling.formats.safetensors.SafetensorsTensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The linear layers that sentence-transformers puts behind the pooling. llama.cpp takes two of them, {@code dense_2} from the model's
 * width and {@code dense_3} back to it, with weights alone.
 */
final class DenseModules {
    private static final String WEIGHT = "linear.weight";
    private static final List<String> NAMES = List.of("dense_2", "dense_3");
    private static final List<String> WEIGHTS =
            NAMES.stream().map(name -> name + ".weight").toList();

    private DenseModules() {}

    /**
     * Their weights, [out, in] each.
     *
     * @throws ConvertException when they are others than llama.cpp can compute, which would end the process that loads them
     */
    static List<Draft> of(Checkpoint checkpoint, ModelConfig config) {
        List<Draft> drafts = new ArrayList<>();
        for (Path module : SentenceModules.folders(checkpoint.folder(), "Dense")) {
            Path folder = checkpoint.folder().resolve(module);
            activation(folder);
            SafetensorsFile file = checkpoint.module(module);
            List<SafetensorsTensor> tensors = file.header().tensors();
            if (tensors.size() != 1 || !tensors.get(0).name().equals(WEIGHT)) {
                throw fault(folder, "the dense layer has other tensors than " + WEIGHT);
            }
            SafetensorsTensor weight = tensors.get(0);
            String name = WEIGHTS.get(module.toString().equals("2_Dense") ? 0 : 1);
            drafts.add(new Draft(name, weight.shape(), new StoredElements(file, weight)));
        }
        chain(drafts, checkpoint.folder(), config.count("hidden_size"));
        return drafts;
    }

    private static void chain(List<Draft> drafts, Path folder, long width) {
        if (drafts.isEmpty()) {
            return;
        }
        List<String> names = drafts.stream().map(Draft::name).toList();
        if (!names.equals(WEIGHTS)
                || !drafts.get(0).shape().equals(List.of(drafts.get(0).rows(), width))
                || !drafts.get(1).shape().equals(List.of(width, drafts.get(0).rows()))) {
            throw fault(folder, "the dense layers are not two that lead from the model's width back to it");
        }
    }

    private static void activation(Path folder) {
        JsonValue.Fields config = JsonFile.read(folder.resolve("config.json"));
        String activation = SentenceModules.text(config, "activation_function");
        if (!activation.isEmpty() && !activation.endsWith("Identity")) {
            throw fault(folder, "the dense layer has an activation function");
        }
    }

    /** The keys with their widths, where the output has them. */
    static void putKeys(Keys keys) {
        for (String name : NAMES) {
            keys.shape(name + ".weight")
                    .ifPresent(
                            shape -> keys.u32(name + "_feat_in", shape.get(1)).u32(name + "_feat_out", shape.get(0)));
        }
    }

    private static ConvertException fault(Path folder, String cause) {
        return new ConvertException(
                Kind.TENSORS,
                folder.toString(),
                cause + ", which llama.cpp cannot compute",
                "convert without the dense modules, if the embedding before them is of use");
    }
}
