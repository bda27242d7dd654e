package io.shearling.convert.quantized;

import io.shearling.convert.element.Computed;
import io.shearling.convert.element.Join;
import io.shearling.formats.safetensors.SafetensorsType;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The three values of <a href="https://arxiv.org/abs/2402.17764">BitNet b1.58</a>: {@code weight} [rows / 4, columns] has four rows in a
 * byte, each from another quarter of the weight, and one scale for all. transformers divides by it, but for its AutoBitLinear, which
 * multiplies; upstream always divides.
 */
final class BitNet {
    private static final String WEIGHT = ".weight";
    private static final String SCALE = ".weight_scale";
    private static final int BITS = 2;
    private static final int MASK = 3;
    private static final int QUARTERS = 4;

    private BitNet() {}

    static Scheme of(Settings settings) {
        boolean product =
                !settings.upstream() && settings.text("linear_class").orElse("").equals("autobitlinear");
        return Scheme.of("bitnet", TensorGroup.of(SCALE, WEIGHT, parts -> read(parts, product), WEIGHT));
    }

    private static SourceTensor read(Parts parts, boolean product) {
        SourceTensor packed = parts.matrix(WEIGHT, SafetensorsType.U8);
        float scale = parts.number(SCALE);
        List<Computed> quarters = IntStream.range(0, QUARTERS)
                .mapToObj(quarter -> new Computed(packed.source(), value -> {
                    int code = (((int) value >>> (quarter * BITS)) & MASK) - 1;
                    return product ? code * scale : code / scale;
                }))
                .toList();
        return SourceTensor.of(
                parts.name(),
                List.of(packed.shape().get(0) * QUARTERS, packed.shape().get(1)),
                new Join(quarters));
    }
}
