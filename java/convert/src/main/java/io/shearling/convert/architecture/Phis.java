package io.shearling.convert.architecture;

import io.shearling.convert.checkpoint.JsonFile;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.tokenizer.TokenizerKind;
import io.shearling.formats.json.JsonValue;
import java.util.List;

/** Microsoft's Phi. */
final class Phis {
    private static final Architecture PHI_2 = Architecture.named("phi2")
            .models("PhiForCausalLM")
            .byDefault("layer_norm_eps", 1e-5)
            .byDefault("max_position_embeddings", 2048)
            .byDefault("partial_rotary_factor", 0.5)
            .keys(
                    KeyRule.u32("context_length", "n_positions", "max_position_embeddings"),
                    KeyRule.u32("embedding_length", "hidden_size"),
                    (config, keys) -> keys.u32("feed_forward_length", 4L * config.count("hidden_size"))
                            .u32("block_count", config.blockCount()),
                    KeyRule.u32("attention.head_count", "num_attention_heads"),
                    KeyRule.u32("attention.head_count_kv", "num_attention_heads"),
                    KeyRule.f32("attention.layer_norm_epsilon", "layer_norm_epsilon", "layer_norm_eps"),
                    DecoderKeys::partialRopeLengthOfHeads,
                    (config, keys) -> keys.fileType().whole().bool("tokenizer.ggml.add_bos_token", false))
            .tensors("""
                    model.final_layernorm                           output_norm
                    model.layers.{b}.self_attn.dense                blk.{b}.attn_output
                    model.layers.{b}.mlp.fc1                        blk.{b}.ffn_up
                    model.layers.{b}.mlp.fc2                        blk.{b}.ffn_down
                    """ + DecoderTensors.BLOCKS)
            .build();

    private static final Architecture PHI_3 = Architecture.named("phi3")
            .models("Phi3ForCausalLM")
            .byDefault("rms_norm_eps", 1e-5)
            .byDefault("rope_theta", 10_000.0)
            .byDefault("max_position_embeddings", 4096)
            .byDefault("original_max_position_embeddings", 4096)
            .byDefault("partial_rotary_factor", 1.0)
            .derived("num_key_value_heads", DecoderKeys::heads)
            .keys(
                    KeyRule.u32("context_length", "max_position_embeddings"),
                    KeyRule.u32("rope.scaling.original_context_length", "original_max_position_embeddings"),
                    KeyRule.u32("embedding_length", "hidden_size"),
                    KeyRule.u32("feed_forward_length", "intermediate_size"),
                    (config, keys) -> keys.u32("block_count", config.blockCount()),
                    KeyRule.u32("attention.head_count", "num_attention_heads"),
                    KeyRule.u32("attention.head_count_kv", "num_key_value_heads"),
                    KeyRule.f32("attention.layer_norm_rms_epsilon", "rms_norm_eps"),
                    DecoderKeys::partialRopeLength,
                    KeyRule.f32("rope.freq_base", "rope_theta"),
                    (config, keys) -> keys.fileType(),
                    (config, keys) -> keys.u32(
                            "attention.sliding_window",
                            config.integer("sliding_window").orElse(0L)))
            .earlyKeys(RopeFactors::longAttention)
            .extra(RopeFactors::longAndShort)
            .tensors("""
                            model.layers.{b}.self_attn.qkv_proj             blk.{b}.attn_qkv
                            model.layers.{b}.mlp.gate_up_proj               blk.{b}.ffn_up
                            """ + DecoderTensors.BLOCKS)
            .tokenizer(Phis::tokenizer)
            .build();

    static final List<Architecture> ALL = List.of(PHI_2, PHI_3);

    private Phis() {}

    private static TokenizerKind tokenizer(ModelConfig config) {
        boolean bpe = JsonFile.readIfSound(config.folder().resolve("tokenizer_config.json"))
                .flatMap(file -> file.find("tokenizer_class"))
                .flatMap(JsonValue::text)
                .filter("GPT2Tokenizer"::equals)
                .isPresent();
        return bpe ? TokenizerKind.BPE : TokenizerKind.PHI;
    }
}
