package io.shearling.it.recipes;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufWriter;
import io.shearling.formats.gguf.TensorInfo;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** A copy of a model in which some weights are zero: what these would add is nothing, though they are still there. */
final class MaskedModel {
    private MaskedModel() {}

    static Path write(Path model, Path target, Pattern zeroed) {
        try (GgufFile file = GgufFile.open(model)) {
            GgufWriter.Builder builder = GgufWriter.to(target).metadata(file.metadata());
            file.tensors().forEach(tensor -> builder.tensor(tensor.name(), tensor.type(), tensor.shape()));
            try (GgufWriter writer = builder.open()) {
                for (TensorInfo tensor : file.tensors()) {
                    ByteBuffer data = ByteBuffer.allocate(Math.toIntExact(tensor.sizeBytes()));
                    if (!zeroed.matcher(tensor.name()).matches()) {
                        file.read(tensor, 0, data);
                    }
                    writer.write(tensor.name(), data.clear());
                }
                return writer.commit();
            }
        }
    }
}
