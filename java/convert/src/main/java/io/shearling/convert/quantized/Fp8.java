package io.shearling.convert.quantized;

import java.util.Optional;

/**
 * Weights of eight-bit floats, with a scale for each block ({@code weight_block_size}), row or tensor. DeepSeek's and Qwen's checkpoints
 * have {@code weight_scale_inv} beside {@code weight}, Mistral's own {@code qscale_weight}.
 */
final class Fp8 {
    private Fp8() {}

    static Scheme of(Settings settings) {
        Optional<Block> block = settings.block("weight_block_size");
        return Scheme.of("fp8", scaled("_scale_inv", "", block), scaled(".qscale_weight", ".weight", block))
                .unused(".activation_scale", "_activation_scale", ".qscale_act");
    }

    private static TensorGroup scaled(String scale, String weight, Optional<Block> block) {
        return TensorGroup.of(
                scale, weight, parts -> ScaledWeight.of(parts, parts.get(weight), parts.get(scale), block), weight);
    }
}
