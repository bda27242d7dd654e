package io.shearling.convert.architecture;

import java.util.List;

/** Decoders that have no family here. */
final class Decoders {
    static final List<Architecture> ALL = List.of(Architecture.named("seed_oss")
            .models("SeedOssForCausalLM")
            .byDefault("rms_norm_eps", 1e-6)
            .byDefault("rope_theta", 10_000.0)
            .byDefault("max_position_embeddings", 524_288)
            .byDefault("num_key_value_heads", 8)
            .byDefault("head_dim", 128)
            .keys(DecoderKeys.COMMON)
            .tensors("""
                            model.layers.{b}.post_attention_layernorm       blk.{b}.post_attention_norm
                            """ + DecoderTensors.BLOCKS)
            .build());

    private Decoders() {}
}
