package io.shearling.it.recipes;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufWriter;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.row.RowDecoder;
import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;

/** Copies of models in F32 with other values, and the values of a model. */
final class ChangedModel {
    private ChangedModel() {}

    /** The values of a tensor, row after row. */
    static float[] values(Path model, String name) {
        try (GgufFile file = GgufFile.open(model)) {
            TensorInfo tensor = file.tensor(name).orElseThrow();
            ByteBuffer data =
                    ByteBuffer.allocate(Math.toIntExact(tensor.sizeBytes())).order(ByteOrder.LITTLE_ENDIAN);
            file.read(tensor, 0, data);
            float[] values = new float[Math.toIntExact(tensor.shape().elements())];
            RowDecoder.forType(tensor.type()).decode(tensor.type(), data.flip(), values, 0, values.length);
            return values;
        }
    }

    /**
     * Writes a copy.
     *
     * @param changed gives the values that a tensor gets, for its own
     * @param added vectors that the model does not have
     */
    static Path write(
            Path model, Path target, Map<String, Function<float[], float[]>> changed, Map<String, float[]> added) {
        try (GgufFile file = GgufFile.open(model)) {
            GgufWriter.Builder builder = GgufWriter.to(target).metadata(file.metadata());
            file.tensors().forEach(tensor -> builder.tensor(tensor.name(), tensor.type(), tensor.shape()));
            added.forEach((name, values) -> builder.tensor(name, TensorType.F32, TensorShape.of(values.length)));
            try (GgufWriter writer = builder.open()) {
                for (TensorInfo tensor : file.tensors()) {
                    ByteBuffer data = ByteBuffer.allocate(Math.toIntExact(tensor.sizeBytes()));
                    file.read(tensor, 0, data);
                    writer.write(
                            tensor.name(),
                            changed.containsKey(tensor.name())
                                    ? bytes(changed.get(tensor.name()).apply(values(model, tensor.name())))
                                    : data.clear());
                }
                added.forEach((name, values) -> writer.write(name, bytes(values)));
                return writer.commit();
            }
        }
    }

    private static ByteBuffer bytes(float[] values) {
        ByteBuffer data = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        data.asFloatBuffer().put(values);
        return data;
    }
}
