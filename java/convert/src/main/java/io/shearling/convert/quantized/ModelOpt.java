package io.shearling.convert.quantized;

import io.shearling.formats.safetensors.SafetensorsType;
import java.util.Optional;

/**
 * NVIDIA's ModelOpt: weights of eight-bit floats with a scale, and NVFP4, whose blocks have scales of eight bits and whose tensors have
 * one more; both may be in one checkpoint.
 */
final class ModelOpt {
    private static final String WEIGHT = ".weight";
    private static final String SCALE = ".weight_scale";
    private static final String FACTOR = ".weight_scale_2";
    private static final String INPUT = ".input_scale";

    private ModelOpt() {}

    static Scheme of() {
        return Scheme.of(
                        "modelopt",
                        TensorGroup.of(SCALE, WEIGHT, ModelOpt::read, WEIGHT).perhaps(FACTOR, INPUT))
                .unused(INPUT, ".k_scale", ".v_scale");
    }

    private static SourceTensor read(Parts parts) {
        SourceTensor weight = parts.get(WEIGHT);
        SourceTensor scale = parts.get(SCALE);
        if (weight.source().type() != SafetensorsType.U8) {
            return ScaledWeight.of(parts, weight, scale, Optional.empty());
        }
        return FourBits.nvfp4(
                parts, weight, scale, parts.number(FACTOR), parts.find(INPUT).isPresent() ? parts.number(INPUT) : 1);
    }
}
