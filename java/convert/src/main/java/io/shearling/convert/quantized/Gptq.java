package io.shearling.convert.quantized;

import io.shearling.convert.element.BitOrder;
import io.shearling.convert.element.BlockGrid;
import io.shearling.convert.element.Bytes;
import io.shearling.convert.element.Computed;
import io.shearling.convert.element.ElementSource;
import io.shearling.convert.element.IndexedColumns;
import io.shearling.convert.element.PackedCodes;
import io.shearling.convert.element.Scaled;
import io.shearling.convert.element.Transposed;
import io.shearling.formats.safetensors.SafetensorsType;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Integers of two to eight bits after <a href="https://arxiv.org/abs/2210.17323">GPTQ</a>, as AutoGPTQ and GPTQModel store them.
 *
 * <p>{@code qweight} [inputs · bits / 32, outputs] has the codes of an output below each other, {@code qzeros}
 * [groups, outputs · bits / 32] and {@code scales} [groups, outputs] those of a group of inputs, and {@code g_idx} [inputs] says to which
 * group an input belongs. The zero points of the first format are one less than what is meant.
 */
final class Gptq {
    private static final String WEIGHT = ".qweight";
    private static final String ZEROS = ".qzeros";
    private static final String SCALES = ".scales";
    private static final String GROUPS = ".g_idx";
    private static final Set<Integer> BITS = Set.of(2, 3, 4, 8);

    private final int bits;
    private final BitOrder order;
    private final boolean first;
    private final Optional<Long> groupSize;

    private Gptq(int bits, boolean first, Optional<Long> groupSize) {
        this.bits = bits;
        order = BitOrder.stream(bits);
        this.first = first;
        this.groupSize = groupSize;
    }

    static Scheme of(Settings settings) {
        int bits = settings.integer("bits").map(Math::toIntExact).orElse(0);
        if (!BITS.contains(bits)) {
            throw settings.fault("bits is " + bits + ", and GPTQ is read with 2, 3, 4 or 8");
        }
        String format = settings.text("checkpoint_format").orElse("gptq");
        if (!format.equals("gptq") && !format.equals("gptq_v2")) {
            throw settings.fault("checkpoint_format is " + format + ", and gptq and gptq_v2 are read");
        }
        Gptq gptq = new Gptq(bits, format.equals("gptq"), settings.groupSize());
        return Scheme.of(
                "gptq",
                TensorGroup.of(WEIGHT, ".weight", gptq::read, ZEROS, SCALES)
                        .perhaps(GROUPS)
                        .atEnd());
    }

    private SourceTensor read(Parts parts) {
        SourceTensor packed = parts.matrix(WEIGHT, SafetensorsType.I32);
        long outputs = packed.shape().get(1);
        long packedBits = packed.shape().get(0) * Integer.SIZE;
        if (packedBits % bits != 0 || outputs * bits % Integer.SIZE != 0) {
            throw parts.fault(
                    packed.name() + " has the shape " + packed.shape() + ", which is no whole number of codes");
        }
        long inputs = packedBits / bits;
        long size = groupSize.orElse(inputs);
        long groups = (inputs + size - 1) / size;
        ElementSource scales = parts.shaped(SCALES, groups, outputs);
        parts.matrix(ZEROS, SafetensorsType.I32);
        ElementSource zeros = new PackedCodes(
                new Bytes(parts.shaped(ZEROS, groups, outputs * bits / Integer.SIZE)), groups, outputs, order);
        if (first) {
            zeros = new Computed(zeros, zero -> zero + 1);
        }
        ElementSource codes = new PackedCodes(
                new Bytes(new Transposed(packed.source(), packed.shape().get(0), outputs)), outputs, inputs, order);
        scales = new Transposed(scales, groups, outputs);
        zeros = new Transposed(zeros, groups, outputs);
        BlockGrid grid = new BlockGrid(outputs, inputs, 1, size);
        if (parts.find(GROUPS).isPresent()) {
            ElementSource index = parts.shaped(GROUPS, inputs);
            String name = parts.get(GROUPS).name();
            scales = new IndexedColumns(name, scales, groups, index);
            zeros = new IndexedColumns(name, zeros, groups, index);
            grid = new BlockGrid(outputs, inputs, 1, 1);
        }
        return SourceTensor.of(
                parts.name(), List.of(outputs, inputs), new Scaled(codes, Optional.of(zeros), scales, grid));
    }
}
