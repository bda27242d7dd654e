package io.shearling.convert.quantized;

import io.shearling.convert.element.BitOrder;
import io.shearling.convert.element.BlockGrid;
import io.shearling.convert.element.Bytes;
import io.shearling.convert.element.ElementSource;
import io.shearling.convert.element.PackedCodes;
import io.shearling.convert.element.Scaled;
import io.shearling.convert.element.Transposed;
import io.shearling.formats.safetensors.SafetensorsType;
import java.util.List;
import java.util.Optional;

/**
 * Integers of four bits after <a href="https://arxiv.org/abs/2306.00978">AWQ</a>, as AutoAWQ stores them for its kernel "gemm":
 * {@code qweight} [inputs, outputs / 8], {@code qzeros} [groups, outputs / 8] and {@code scales} [groups, outputs], the eight codes of a
 * word in an order of their own ({@link BitOrder#awq}).
 */
final class Awq {
    private static final String WEIGHT = ".qweight";
    private static final String ZEROS = ".qzeros";
    private static final String SCALES = ".scales";
    private static final int BITS = 4;
    private static final int EACH = Integer.SIZE / BITS;

    private Awq() {}

    static Scheme of(Settings settings) {
        long bits = settings.integer("bits").or(() -> settings.integer("w_bit")).orElse((long) BITS);
        if (bits != BITS) {
            throw settings.fault("bits is " + bits + ", and AWQ is read with 4");
        }
        String version = settings.text("version").orElse("gemm");
        if (!version.equalsIgnoreCase("gemm")) {
            throw settings.fault("version is " + version + ", and the layout gemm of AWQ is read");
        }
        Optional<Long> groupSize = settings.groupSize().or(() -> settings.integer("q_group_size"));
        return Scheme.of("awq", TensorGroup.of(WEIGHT, ".weight", parts -> read(parts, groupSize), ZEROS, SCALES));
    }

    private static SourceTensor read(Parts parts, Optional<Long> groupSize) {
        SourceTensor packed = parts.matrix(WEIGHT, SafetensorsType.I32);
        long inputs = packed.shape().get(0);
        long words = packed.shape().get(1);
        long outputs = words * EACH;
        long size = groupSize.filter(one -> one > 0).orElse(inputs);
        long groups = (inputs + size - 1) / size;
        parts.matrix(ZEROS, SafetensorsType.I32);
        ElementSource zeros = codes(parts.shaped(ZEROS, groups, words), groups, outputs);
        ElementSource scales = parts.shaped(SCALES, groups, outputs);
        Scaled weights = new Scaled(
                new Transposed(codes(packed.source(), inputs, outputs), inputs, outputs),
                Optional.of(new Transposed(zeros, groups, outputs)),
                new Transposed(scales, groups, outputs),
                new BlockGrid(outputs, inputs, 1, size));
        return SourceTensor.of(parts.name(), List.of(outputs, inputs), weights);
    }

    private static ElementSource codes(ElementSource words, long rows, long columns) {
        return new PackedCodes(new Bytes(words), rows, columns, BitOrder.awq());
    }
}
