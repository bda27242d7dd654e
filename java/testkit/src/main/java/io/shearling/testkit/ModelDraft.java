package io.shearling.testkit;

import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.gguf.GgufWriter;
import io.shearling.formats.row.RowEncoder;
import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A tiny model on its way to a file: metadata, and tensors whose elements come from the seed and the tensor's name alone, so
 * that the order of tensors does not matter.
 */
final class ModelDraft {
    private final String architecture;
    private final long seed;
    private final TensorType matrices;
    private final GgufMetadata.Builder metadata = GgufMetadata.builder();
    private final List<Tensor> tensors = new ArrayList<>();

    /** A draft whose matrices get the given type; vectors are F32 always. */
    ModelDraft(String architecture, long seed, TensorType matrices) {
        this.architecture = architecture;
        this.seed = seed;
        this.matrices = matrices;
        metadata.put("general.architecture", architecture);
        metadata.put("general.name", "tiny " + architecture + " of seed " + seed);
        metadata.put("general.description", "random weights, for tests");
    }

    private record Tensor(String name, TensorType type, TensorShape shape, Fill fill) {}

    /** Any key with its value. */
    ModelDraft put(String key, GgufValue value) {
        metadata.put(key, value);
        return this;
    }

    /** A count below the architecture's own prefix. */
    ModelDraft count(String key, int value) {
        return put(architecture + "." + key, GgufValue.u32(value));
    }

    /** A number below the architecture's own prefix. */
    ModelDraft number(String key, float value) {
        return put(architecture + "." + key, GgufValue.f32(value));
    }

    /** A tensor of {@code rows} rows. */
    ModelDraft matrix(String name, int columns, int rows, Fill fill) {
        return add(name, matrices, TensorShape.of(columns, rows), fill);
    }

    /** A matrix that keeps the size of what it multiplies. */
    ModelDraft matrix(String name, int columns, int rows) {
        return matrix(name, columns, rows, Fill.matrix(columns));
    }

    /** Matrices of experts, stacked in one tensor. */
    ModelDraft stack(String name, int columns, int rows, int count) {
        return add(name, matrices, TensorShape.of(columns, rows, count), Fill.matrix(columns));
    }

    /** A matrix that the kernels want in F32. */
    ModelDraft table(String name, int columns, int rows, Fill fill) {
        return add(name, TensorType.F32, TensorShape.of(columns, rows), fill);
    }

    /** A tensor of one row, in F32. */
    ModelDraft vector(String name, int length, Fill fill) {
        return add(name, TensorType.F32, TensorShape.of(length), fill);
    }

    /** The weight of a norm: near 1. */
    ModelDraft norm(String name, int length) {
        return vector(name, length, Fill.around(1, 0.1));
    }

    private ModelDraft add(String name, TensorType type, TensorShape shape, Fill fill) {
        tensors.add(new Tensor(name, type, shape, fill));
        return this;
    }

    /** Writes the file, in place of one that may be there. */
    Path write(Path file) {
        GgufWriter.Builder plan = GgufWriter.to(file).metadata(metadata.build());
        tensors.forEach(tensor -> plan.tensor(tensor.name, tensor.type, tensor.shape));
        try (GgufWriter writer = plan.open()) {
            tensors.forEach(tensor -> writer.write(tensor.name, data(tensor)));
            return writer.commit();
        }
    }

    private ByteBuffer data(Tensor tensor) {
        int columns = (int) tensor.shape.columns();
        int rows = (int) tensor.shape.rows();
        Random random = new Random(seed * 1_000_003 + tensor.name.hashCode());
        float[] values = new float[rows * columns];
        for (int i = 0; i < values.length; i++) {
            values[i] = tensor.fill.value(random, i / columns, i % columns);
        }
        ByteBuffer data =
                ByteBuffer.allocate((int) tensor.type.rowBytes(columns) * rows).order(ByteOrder.LITTLE_ENDIAN);
        RowEncoder.forType(tensor.type).encode(tensor.type, values, 0, rows, columns, null, data);
        return data.flip();
    }
}
