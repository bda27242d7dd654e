package io.shearling.convert.architecture;

import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.tokenizer.TokenizerKind;
import io.shearling.formats.gguf.GgufValue;
import java.util.List;
import java.util.Optional;

/** NVIDIA's Nemotron and Minitron. */
final class Nemotrons {
    static final List<Architecture> ALL = List.of(Architecture.named("nemotron")
            .models("NemotronForCausalLM")
            .byDefault("norm_eps", 1e-5)
            .byDefault("rope_theta", 10_000.0)
            .byDefault("partial_rotary_factor", 0.5)
            .byDefault("max_position_embeddings", 4096)
            .derived("head_dim", DecoderKeys::headLength)
            .keys(
                    DecoderKeys.COMMON,
                    KeyRule.u32("vocab_size", "vocab_size"),
                    KeyRule.f32(
                            "attention.layer_norm_epsilon",
                            "layer_norm_eps",
                            "layer_norm_epsilon",
                            "norm_epsilon",
                            "norm_eps"),
                    DecoderKeys::partialRopeLengthOfHeads,
                    Nemotrons::scaling)
            .tensors("""
                    model.norm.weight                                       output_norm.weight          +1
                    model.layers.{b}.input_layernorm.weight                 blk.{b}.attn_norm.weight    +1
                    model.layers.{b}.post_attention_layernorm.weight        blk.{b}.ffn_norm.weight     +1
                    """ + DecoderTensors.BLOCKS)
            .tokenizer(TokenizerKind.SENTENCE_PIECE)
            .late((config, metadata) -> metadata.put("tokenizer.ggml.padding_token_id", GgufValue.u32(0))
                    .put("tokenizer.ggml.unknown_token_id", GgufValue.u32(1)))
            .build());

    private Nemotrons() {}

    private static void scaling(ModelConfig config, Keys keys) {
        Optional<Double> factor = config.number("factor")
                .filter(number -> number != 0)
                .or(() -> RopeParameters.of(config).number("factor"));
        keys.text("rope.scaling.type", factor.isPresent() ? "linear" : "none");
        factor.ifPresent(number -> keys.f32("rope.scaling.factor", number));
    }
}
