package io.shearling.convert.architecture;

import io.shearling.convert.tokenizer.TokenizerKind;
import java.util.List;

/** Llama and what is nearly Llama. */
final class Llamas {
    static final List<Architecture> ALL = List.of(
            Architecture.named("llama")
                    .models("LlamaForCausalLM")
                    .byDefault("rms_norm_eps", 1e-6)
                    .byDefault("rope_theta", 10_000.0)
                    .byDefault("max_position_embeddings", 2048)
                    .derived("num_key_value_heads", DecoderKeys::heads)
                    .derived("head_dim", DecoderKeys::headLength)
                    .keys(DecoderKeys.COMMON, KeyRule.u32("vocab_size", "vocab_size"), DecoderKeys::ropeLength)
                    .extra(RopeFactors::llama3)
                    .tensors(DecoderTensors.INTERLEAVED + DecoderTensors.BLOCKS)
                    .tokenizer(TokenizerKind.LLAMA)
                    .build(),
            Architecture.named("llama")
                    .models("MistralForCausalLM")
                    .byDefault("rms_norm_eps", 1e-6)
                    .byDefault("rope_theta", 10_000.0)
                    .byDefault("num_key_value_heads", 8)
                    .byDefault("max_position_embeddings", 131_072)
                    .keys(DecoderKeys.COMMON, KeyRule.u32("vocab_size", "vocab_size"), DecoderKeys::ropeLength)
                    .tensors(DecoderTensors.INTERLEAVED + DecoderTensors.BLOCKS)
                    .tokenizer(TokenizerKind.LLAMA)
                    .build(),
            Architecture.named("llama")
                    .models("MixtralForCausalLM")
                    .byDefault("rms_norm_eps", 1e-5)
                    .byDefault("rope_theta", 1_000_000.0)
                    .byDefault("num_key_value_heads", 8)
                    .byDefault("max_position_embeddings", 131_072)
                    .byDefault("num_experts_per_tok", 2)
                    .byDefault("num_local_experts", 8)
                    .keys(DecoderKeys.COMMON, KeyRule.u32("vocab_size", "vocab_size"), DecoderKeys::ropeLength)
                    .stack(
                            "model.layers.{b}.block_sparse_moe.experts.{e}.{p}",
                            "w1",
                            "blk.{b}.ffn_gate_exps",
                            "w2",
                            "blk.{b}.ffn_down_exps",
                            "w3",
                            "blk.{b}.ffn_up_exps")
                    .tensors(DecoderTensors.INTERLEAVED + DecoderTensors.BLOCKS + """
                            model.layers.{b}.block_sparse_moe.gate      blk.{b}.ffn_gate_inp
                            """)
                    .tokenizer(TokenizerKind.LLAMA)
                    .build(),
            Architecture.named("smollm3")
                    .models("SmolLM3ForCausalLM")
                    .byDefault("rms_norm_eps", 1e-6)
                    .byDefault("rope_theta", 2_000_000.0)
                    .byDefault("num_key_value_heads", 4)
                    .byDefault("max_position_embeddings", 32_768)
                    .keys(DecoderKeys.COMMON, KeyRule.u32("vocab_size", "vocab_size"), DecoderKeys::ropeLength)
                    .tensors(DecoderTensors.INTERLEAVED + DecoderTensors.BLOCKS)
                    .tokenizer(TokenizerKind.LLAMA)
                    .build(),
            Architecture.named("arcee")
                    .models("ArceeForCausalLM")
                    .byDefault("rms_norm_eps", 1e-5)
                    .byDefault("rope_theta", 10_000.0)
                    .byDefault("max_position_embeddings", 4096)
                    .derived("num_key_value_heads", DecoderKeys::heads)
                    .derived("head_dim", DecoderKeys::headLength)
                    .keys(DecoderKeys.COMMON, KeyRule.u32("vocab_size", "vocab_size"), DecoderKeys::ropeLength)
                    .tensors(DecoderTensors.INTERLEAVED + DecoderTensors.BLOCKS)
                    .tokenizer(TokenizerKind.LLAMA)
                    .build(),
            Architecture.named("apertus")
                    .models("ApertusForCausalLM")
                    .byDefault("rms_norm_eps", 1e-5)
                    .byDefault("rope_theta", 12_000_000.0)
                    .byDefault("max_position_embeddings", 65_536)
                    .derived("num_key_value_heads", DecoderKeys::heads)
                    .unlessNamed("rope_scaling", RopeFactors.llama3Of(8, 1, 4, 8192))
                    .tensorKeys(new XieluKeys())
                    .keys(DecoderKeys.COMMON, KeyRule.u32("vocab_size", "vocab_size"), DecoderKeys::ropeLength)
                    .extra(RopeFactors::llama3)
                    .tensors("""
                            model.layers.{b}.attention_layernorm            blk.{b}.attn_norm
                            model.layers.{b}.feedforward_layernorm          blk.{b}.ffn_norm
                            model.layers.{b}.mlp.act_fn.{p}                 -
                            """ + DecoderTensors.BLOCKS)
                    .tokenizer(TokenizerKind.LLAMA)
                    .build());

    private Llamas() {}
}
