package io.shearling.recipes.prune;

import io.shearling.formats.gguf.TensorInfo;
import io.shearling.recipes.ModelOutput;
import java.util.Optional;

/**
 * A tensor of the output.
 *
 * @param source the tensor of the model that has the same data; empty where it is all zeros
 */
record PrunedTensor(ModelOutput.Tensor output, Optional<TensorInfo> source) {
    static PrunedTensor copied(TensorInfo source, String name) {
        return new PrunedTensor(new ModelOutput.Tensor(name, source.type(), source.shape()), Optional.of(source));
    }

    static PrunedTensor zeros(ModelOutput.Tensor output) {
        return new PrunedTensor(output, Optional.empty());
    }
}
