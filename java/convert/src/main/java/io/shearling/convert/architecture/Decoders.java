package io.shearling.convert.architecture;

import io.shearling.convert.architecture.Architecture.TokenizerKind;
import io.shearling.convert.checkpoint.JsonFile;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.formats.gguf.GgufBool;
import io.shearling.formats.json.JsonValue;
import java.util.List;

/** Decoders of plain transformer blocks, dense or of experts. */
final class Decoders {
    private static final KeyRule COMMON = new CommonKeys();

    /** Of Llama's kind, the norms and projections named as nearly everybody names them. */
    private static final String BLOCKS = """
            model.embed_tokens                              token_embd
            model.norm                                      output_norm
            lm_head                                         output
            model.layers.{b}.input_layernorm                blk.{b}.attn_norm
            model.layers.{b}.self_attn.q_proj               blk.{b}.attn_q
            model.layers.{b}.self_attn.k_proj               blk.{b}.attn_k
            model.layers.{b}.self_attn.v_proj               blk.{b}.attn_v
            model.layers.{b}.self_attn.o_proj               blk.{b}.attn_output
            model.layers.{b}.self_attn.q_norm               blk.{b}.attn_q_norm
            model.layers.{b}.self_attn.k_norm               blk.{b}.attn_k_norm
            model.layers.{b}.post_attention_layernorm       blk.{b}.ffn_norm
            model.layers.{b}.mlp.gate_proj                  blk.{b}.ffn_gate
            model.layers.{b}.mlp.up_proj                    blk.{b}.ffn_up
            model.layers.{b}.mlp.down_proj                  blk.{b}.ffn_down
            """;

    /** For models whose rotary embedding goes by halves where llama.cpp's goes by pairs. */
    private static final String INTERLEAVED = """
            model.layers.{b}.self_attn.q_proj               blk.{b}.attn_q          interleave-q
            model.layers.{b}.self_attn.k_proj               blk.{b}.attn_k          interleave-k
            """;

    private static final String EXPERTS = """
            model.layers.{b}.mlp.gate                       blk.{b}.ffn_gate_inp
            model.layers.{b}.mlp.shared_expert_gate         blk.{b}.ffn_gate_inp_shexp
            model.layers.{b}.mlp.shared_expert.gate_proj    blk.{b}.ffn_gate_shexp
            model.layers.{b}.mlp.shared_expert.up_proj      blk.{b}.ffn_up_shexp
            model.layers.{b}.mlp.shared_expert.down_proj    blk.{b}.ffn_down_shexp
            """;

    /** The parts of an expert and where their stacks go, in upstream's order. */
    private static final String[] EXPERT_PARTS = {
        "down_proj", "blk.{b}.ffn_down_exps", "gate_proj", "blk.{b}.ffn_gate_exps", "up_proj", "blk.{b}.ffn_up_exps"
    };

    /** The norms of Gemma 2 and 3 around each part of a block. */
    private static final String GEMMA = """
            model.embed_tokens                              token_embd
            model.norm                                      output_norm             +1
            lm_head                                         -
            model.layers.{b}.input_layernorm                blk.{b}.attn_norm       +1
            model.layers.{b}.post_attention_layernorm       blk.{b}.post_attention_norm     +1
            model.layers.{b}.pre_feedforward_layernorm      blk.{b}.ffn_norm        +1
            model.layers.{b}.post_feedforward_layernorm     blk.{b}.post_ffw_norm   +1
            model.layers.{b}.self_attn.q_norm               blk.{b}.attn_q_norm     +1
            model.layers.{b}.self_attn.k_norm               blk.{b}.attn_k_norm     +1
            """;

    static final List<Architecture> ALL = List.of(
            Architecture.named("llama")
                    .models("LlamaForCausalLM")
                    .byDefault("rms_norm_eps", 1e-6)
                    .byDefault("rope_theta", 10_000.0)
                    .byDefault("max_position_embeddings", 2048)
                    .derived("num_key_value_heads", Decoders::heads)
                    .derived("head_dim", Decoders::headLength)
                    .keys(COMMON, KeyRule.u32("vocab_size", "vocab_size"), Decoders::ropeLength)
                    .extra(RopeFactors::llama3)
                    .tensors(INTERLEAVED + BLOCKS)
                    .tokenizer(TokenizerKind.LLAMA)
                    .build(),
            Architecture.named("llama")
                    .models("MistralForCausalLM")
                    .byDefault("rms_norm_eps", 1e-6)
                    .byDefault("rope_theta", 10_000.0)
                    .byDefault("num_key_value_heads", 8)
                    .byDefault("max_position_embeddings", 131_072)
                    .keys(COMMON, KeyRule.u32("vocab_size", "vocab_size"), Decoders::ropeLength)
                    .tensors(INTERLEAVED + BLOCKS)
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
                    .keys(COMMON, KeyRule.u32("vocab_size", "vocab_size"), Decoders::ropeLength)
                    .stack(
                            "model.layers.{b}.block_sparse_moe.experts.{e}.{p}",
                            "w1",
                            "blk.{b}.ffn_gate_exps",
                            "w2",
                            "blk.{b}.ffn_down_exps",
                            "w3",
                            "blk.{b}.ffn_up_exps")
                    .tensors(INTERLEAVED + BLOCKS + """
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
                    .keys(COMMON, KeyRule.u32("vocab_size", "vocab_size"), Decoders::ropeLength)
                    .tensors(INTERLEAVED + BLOCKS)
                    .tokenizer(TokenizerKind.LLAMA)
                    .build(),
            Architecture.named("arcee")
                    .models("ArceeForCausalLM")
                    .byDefault("rms_norm_eps", 1e-5)
                    .byDefault("rope_theta", 10_000.0)
                    .byDefault("max_position_embeddings", 4096)
                    .derived("num_key_value_heads", Decoders::heads)
                    .derived("head_dim", Decoders::headLength)
                    .keys(COMMON, KeyRule.u32("vocab_size", "vocab_size"), Decoders::ropeLength)
                    .tensors(INTERLEAVED + BLOCKS)
                    .tokenizer(TokenizerKind.LLAMA)
                    .build(),
            Architecture.named("granite")
                    .models("GraniteForCausalLM")
                    .byDefault("rms_norm_eps", 1e-6)
                    .byDefault("rope_theta", 10_000.0)
                    .byDefault("max_position_embeddings", 2048)
                    .derived("num_key_value_heads", Decoders::heads)
                    .byDefault("embedding_multiplier", 1.0)
                    .byDefault("attention_multiplier", 1.0)
                    .byDefault("residual_multiplier", 1.0)
                    .byDefault("logits_scaling", 1.0)
                    .keys(
                            COMMON,
                            KeyRule.u32("vocab_size", "vocab_size"),
                            Decoders::ropeLength,
                            KeyRule.f32("attention.scale", "attention_multiplier"),
                            KeyRule.f32("embedding_scale", "embedding_multiplier"),
                            KeyRule.f32("residual_scale", "residual_multiplier"),
                            KeyRule.f32("logit_scale", "logits_scaling"))
                    .tensors(INTERLEAVED + BLOCKS)
                    .tokenizer(TokenizerKind.LLAMA)
                    .build(),
            Architecture.named("qwen2")
                    .models("Qwen2ForCausalLM")
                    .byDefault("rms_norm_eps", 1e-6)
                    .byDefault("rope_theta", 10_000.0)
                    .byDefault("num_key_value_heads", 32)
                    .byDefault("max_position_embeddings", 32_768)
                    .keys(COMMON, new PoolingKey())
                    .tensors(BLOCKS)
                    .build(),
            Architecture.named("qwen3")
                    .models("Qwen3ForCausalLM")
                    .byDefault("rms_norm_eps", 1e-6)
                    .byDefault("rope_theta", 10_000.0)
                    .byDefault("num_key_value_heads", 32)
                    .byDefault("head_dim", 128)
                    .byDefault("max_position_embeddings", 32_768)
                    .keys(COMMON, new PoolingKey())
                    .tensors(BLOCKS)
                    .build(),
            Architecture.named("qwen2moe")
                    .models("Qwen2MoeForCausalLM")
                    .byDefault("rms_norm_eps", 1e-6)
                    .byDefault("rope_theta", 10_000.0)
                    .byDefault("num_key_value_heads", 16)
                    .byDefault("max_position_embeddings", 32_768)
                    .byDefault("num_experts", 60)
                    .byDefault("num_experts_per_tok", 4)
                    .byDefault("moe_intermediate_size", 1408)
                    .byDefault("shared_expert_intermediate_size", 5632)
                    .keys(
                            COMMON,
                            KeyRule.u32("expert_feed_forward_length", "moe_intermediate_size"),
                            KeyRule.u32("expert_shared_feed_forward_length", "shared_expert_intermediate_size"))
                    .stack("model.layers.{b}.mlp.experts.{e}.{p}", EXPERT_PARTS)
                    .tensors(BLOCKS + EXPERTS)
                    .build(),
            Architecture.named("qwen3moe")
                    .models("Qwen3MoeForCausalLM")
                    .byDefault("rms_norm_eps", 1e-6)
                    .byDefault("rope_theta", 10_000.0)
                    .byDefault("num_key_value_heads", 4)
                    .byDefault("max_position_embeddings", 32_768)
                    .byDefault("num_experts", 128)
                    .byDefault("num_experts_per_tok", 8)
                    .byDefault("moe_intermediate_size", 768)
                    .keys(COMMON, KeyRule.u32("expert_feed_forward_length", "moe_intermediate_size"))
                    .stack("model.layers.{b}.mlp.experts.{e}.{p}", EXPERT_PARTS)
                    .tensors(BLOCKS + EXPERTS)
                    .build(),
            Architecture.named("olmo2")
                    .models("Olmo2ForCausalLM")
                    .byDefault("rms_norm_eps", 1e-5)
                    .byDefault("rope_theta", 10_000.0)
                    .byDefault("max_position_embeddings", 2048)
                    .derived("num_key_value_heads", Decoders::heads)
                    .keys(COMMON)
                    .tensors("""
                            model.layers.{b}.post_attention_layernorm       blk.{b}.post_attention_norm
                            model.layers.{b}.post_feedforward_layernorm     blk.{b}.post_ffw_norm
                            """ + BLOCKS)
                    .build(),
            Architecture.named("seed_oss")
                    .models("SeedOssForCausalLM")
                    .byDefault("rms_norm_eps", 1e-6)
                    .byDefault("rope_theta", 10_000.0)
                    .byDefault("max_position_embeddings", 524_288)
                    .byDefault("num_key_value_heads", 8)
                    .byDefault("head_dim", 128)
                    .keys(COMMON)
                    .tensors("""
                            model.layers.{b}.post_attention_layernorm       blk.{b}.post_attention_norm
                            """ + BLOCKS)
                    .build(),
            Architecture.named("gemma2")
                    .models("Gemma2ForCausalLM")
                    .byDefault("rms_norm_eps", 1e-6)
                    .byDefault("num_key_value_heads", 4)
                    .byDefault("head_dim", 256)
                    .byDefault("max_position_embeddings", 8192)
                    .byDefault("sliding_window", 4096)
                    .byDefault("attn_logit_softcapping", 50.0)
                    .byDefault("final_logit_softcapping", 30.0)
                    .keys(
                            KeyRule.u32("context_length", "max_position_embeddings"),
                            KeyRule.u32("embedding_length", "hidden_size"),
                            (config, keys) -> keys.u32("block_count", config.blockCount()),
                            KeyRule.u32("feed_forward_length", "intermediate_size"),
                            KeyRule.u32("attention.head_count", "num_attention_heads"),
                            KeyRule.u32("attention.head_count_kv", "num_key_value_heads"),
                            KeyRule.f32("attention.layer_norm_rms_epsilon", "rms_norm_eps"),
                            KeyRule.u32("attention.key_length", "head_dim"),
                            KeyRule.u32("attention.value_length", "head_dim"),
                            (config, keys) -> keys.fileType(),
                            KeyRule.f32("attn_logit_softcapping", "attn_logit_softcapping"),
                            KeyRule.f32("final_logit_softcapping", "final_logit_softcapping"),
                            KeyRule.u32("attention.sliding_window", "sliding_window"))
                    .tensors(GEMMA + BLOCKS)
                    .tokenizer(TokenizerKind.SENTENCE_PIECE)
                    .late((config, metadata) -> metadata.put("tokenizer.ggml.add_space_prefix", new GgufBool(false)))
                    .build(),
            Architecture.named("phi3")
                    .models("Phi3ForCausalLM")
                    .byDefault("rms_norm_eps", 1e-5)
                    .byDefault("rope_theta", 10_000.0)
                    .byDefault("max_position_embeddings", 4096)
                    .byDefault("original_max_position_embeddings", 4096)
                    .byDefault("partial_rotary_factor", 1.0)
                    .derived("num_key_value_heads", Decoders::heads)
                    .keys(
                            KeyRule.u32("context_length", "max_position_embeddings"),
                            KeyRule.u32("rope.scaling.original_context_length", "original_max_position_embeddings"),
                            KeyRule.u32("embedding_length", "hidden_size"),
                            KeyRule.u32("feed_forward_length", "intermediate_size"),
                            (config, keys) -> keys.u32("block_count", config.blockCount()),
                            KeyRule.u32("attention.head_count", "num_attention_heads"),
                            KeyRule.u32("attention.head_count_kv", "num_key_value_heads"),
                            KeyRule.f32("attention.layer_norm_rms_epsilon", "rms_norm_eps"),
                            Decoders::partialRopeLength,
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
                            """ + BLOCKS)
                    .tokenizer(Decoders::phiTokenizer)
                    .build());

    private Decoders() {}

    private static TokenizerKind phiTokenizer(ModelConfig config) {
        boolean bpe = JsonFile.readIfSound(config.folder().resolve("tokenizer_config.json"))
                .flatMap(file -> file.find("tokenizer_class"))
                .flatMap(JsonValue::text)
                .filter("GPT2Tokenizer"::equals)
                .isPresent();
        return bpe ? TokenizerKind.BPE : TokenizerKind.PHI;
    }

    private static JsonValue heads(ModelConfig config) {
        return new JsonValue.Int(config.count("num_attention_heads"));
    }

    private static JsonValue headLength(ModelConfig config) {
        return new JsonValue.Int(config.count("hidden_size") / config.count("num_attention_heads"));
    }

    private static void ropeLength(ModelConfig config, Keys keys) {
        keys.u32(
                "rope.dimension_count",
                config.integer("head_dim")
                        .orElseGet(() -> (long) config.count("hidden_size") / config.count("num_attention_heads")));
    }

    private static void partialRopeLength(ModelConfig config, Keys keys) {
        double factor =
                RopeParameters.of(config).number("partial_rotary_factor").orElse(1.0);
        int length = config.count("hidden_size") / config.count("num_attention_heads");
        keys.u32("rope.dimension_count", (long) (factor * length));
    }
}
