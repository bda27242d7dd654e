package io.shearling.convert.architecture;

import io.shearling.convert.checkpoint.ModelConfig;
import java.util.List;

/** Z.ai's GLM. */
final class Glms {
    static final List<Architecture> ALL = List.of(Architecture.named("glm4")
            .models("Glm4ForCausalLM")
            .byDefault("rms_norm_eps", 1.5625e-7)
            .byDefault("rope_theta", 10_000.0)
            .byDefault("partial_rotary_factor", 0.5)
            .byDefault("num_key_value_heads", 2)
            .byDefault("head_dim", 128)
            .byDefault("max_position_embeddings", 131_072)
            .keys(DecoderKeys.COMMON, Glms::ropeLength)
            .tensors("""
                    model.layers.{b}.post_self_attn_layernorm       blk.{b}.post_attention_norm
                    model.layers.{b}.post_mlp_layernorm             blk.{b}.post_ffw_norm
                    model.layers.{b}.mlp.gate_up_proj               blk.{b}.ffn_up
                    """ + DecoderTensors.BLOCKS)
            .specialToken("eos", "<|endoftext|>")
            .specialToken("eot", "<|user|>")
            .specialToken("unk", "<|endoftext|>")
            .specialToken("bos", "<|endoftext|>")
            .build());

    private Glms() {}

    private static void ropeLength(ModelConfig config, Keys keys) {
        double factor =
                RopeParameters.of(config).number("partial_rotary_factor").orElse(0.5);
        keys.u32("rope.dimension_count", (long) (config.count("head_dim") * factor));
    }
}
