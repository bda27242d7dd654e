package io.shearling.convert.architecture;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.tokenizer.TokenizerKind;
import io.shearling.formats.gguf.GgufBool;
import io.shearling.formats.json.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Google's Gemma. */
final class Gemmas {
    /** The norms since Gemma 2, around each part of a block. */
    static final String NORMS = """
            model.norm                                      output_norm
            model.layers.{b}.input_layernorm                blk.{b}.attn_norm
            model.layers.{b}.post_attention_layernorm       blk.{b}.post_attention_norm
            model.layers.{b}.pre_feedforward_layernorm      blk.{b}.ffn_norm
            model.layers.{b}.post_feedforward_layernorm     blk.{b}.post_ffw_norm
            model.layers.{b}.self_attn.q_norm               blk.{b}.attn_q_norm
            model.layers.{b}.self_attn.k_norm               blk.{b}.attn_k_norm
            """;

    /** Those that multiply with one more than their weights. */
    private static final String SHIFTED_NORMS = NORMS.replace("\n", " +1\n");

    private static final String GEMMA_3 = SHIFTED_NORMS + """
            model.embed_tokens                              token_embd              cut-to-vocabulary
            """ + DecoderTensors.BLOCKS;

    /** How many layers of Gemma 3 there are for each one that attends to the whole text. */
    private static final int PERIOD = 6;

    private static final KeyRule[] FIRST = {
        KeyRule.u32("context_length", "max_position_embeddings"),
        KeyRule.u32("embedding_length", "hidden_size"),
        (config, keys) -> keys.u32("block_count", config.blockCount()),
        KeyRule.u32("feed_forward_length", "intermediate_size"),
        KeyRule.u32("attention.head_count", "num_attention_heads"),
        KeyRule.u32("attention.head_count_kv", "num_key_value_heads"),
        KeyRule.f32("attention.layer_norm_rms_epsilon", "rms_norm_eps"),
        KeyRule.u32("attention.key_length", "head_dim"),
        KeyRule.u32("attention.value_length", "head_dim"),
        (config, keys) -> keys.fileType()
    };

    static final List<Architecture> ALL = List.of(
            Architecture.named("gemma")
                    .models("GemmaForCausalLM")
                    .byDefault("vocab_size", 256_000)
                    .byDefault("rms_norm_eps", 1e-6)
                    .byDefault("num_key_value_heads", 16)
                    .byDefault("head_dim", 256)
                    .byDefault("max_position_embeddings", 8192)
                    .keys(FIRST)
                    .tensors("""
                            model.norm                                      output_norm             +1
                            model.layers.{b}.input_layernorm                blk.{b}.attn_norm       +1
                            model.layers.{b}.post_attention_layernorm       blk.{b}.ffn_norm        +1
                            lm_head                                         -
                            """ + DecoderTensors.BLOCKS)
                    .tokenizer(TokenizerKind.GEMMA)
                    .build(),
            Architecture.named("gemma2")
                    .models("Gemma2ForCausalLM")
                    .byDefault("vocab_size", 256_000)
                    .byDefault("rms_norm_eps", 1e-6)
                    .byDefault("num_key_value_heads", 4)
                    .byDefault("head_dim", 256)
                    .byDefault("max_position_embeddings", 8192)
                    .byDefault("sliding_window", 4096)
                    .byDefault("attn_logit_softcapping", 50.0)
                    .byDefault("final_logit_softcapping", 30.0)
                    .keys(FIRST)
                    .keys(
                            KeyRule.f32("attn_logit_softcapping", "attn_logit_softcapping"),
                            KeyRule.f32("final_logit_softcapping", "final_logit_softcapping"),
                            KeyRule.u32("attention.sliding_window", "sliding_window"))
                    .tensors(SHIFTED_NORMS + """
                            lm_head                                         -
                            """ + DecoderTensors.BLOCKS)
                    .tokenizer(TokenizerKind.SENTENCE_PIECE)
                    .late((config, metadata) -> metadata.put("tokenizer.ggml.add_space_prefix", new GgufBool(false)))
                    .build(),
            gemma3("gemma3")
                    .models("Gemma3ForCausalLM", "Gemma3ForConditionalGeneration")
                    .byDefault("sliding_window", 4096)
                    .keys(DecoderKeys.COMMON, Gemmas::softcap, Gemmas::window, Gemmas::pattern)
                    .tensors(GEMMA_3)
                    .build(),
            // The class of transformers changes the window that it reads; the one in the file counts, so it has to be
            // there.
            gemma3("gemma-embedding")
                    .models("Gemma3TextModel")
                    .keys(DecoderKeys.COMMON, Gemmas::softcap, Gemmas::window, Gemmas::pattern)
                    .keys((config, keys) -> DenseModules.putKeys(keys), new PoolingKey())
                    .tensors(GEMMA_3 + GEMMA_3.replace("model.", ""))
                    .denseModules()
                    .build(),
            Gemma3n.ARCHITECTURE,
            Gemma4.ARCHITECTURE);

    private Gemmas() {}

    private static ArchitectureBuilder gemma3(String name) {
        return Architecture.named(name)
                .byDefault("vocab_size", 262_208)
                .byDefault("rms_norm_eps", 1e-6)
                .byDefault("num_attention_heads", 8)
                .byDefault("num_key_value_heads", 4)
                .byDefault("head_dim", 256)
                .byDefault("max_position_embeddings", 131_072)
                .byDefault("rope_theta", 1_000_000.0)
                .byDefault("rope_local_base_freq", 10_000.0)
                .derived(
                        "layer_types",
                        config -> LayerTypes.everyFull(
                                config,
                                config.find("sliding_window_pattern").isPresent()
                                        ? config.count("sliding_window_pattern")
                                        : PERIOD))
                .tokenizer(TokenizerKind.GEMMA_3);
    }

    /** The bound of the logits, 0 for none. */
    static void softcap(ModelConfig config, Keys keys) {
        if (config.find("attn_logit_softcapping").isPresent()) {
            throw new ConvertException(
                    Kind.CONFIG,
                    config.file(),
                    "it has attn_logit_softcapping",
                    "llama.cpp computes it for Gemma 2 only");
        }
        config.number("final_logit_softcapping")
                .filter(bound -> bound != 0)
                .ifPresent(bound -> keys.f32("final_logit_softcapping", bound));
    }

    /** The window, where there are layers with one. */
    static void window(ModelConfig config, Keys keys) {
        if (hasWindow(config)) {
            keys.u32("attention.sliding_window", config.count("sliding_window"));
        }
    }

    private static boolean hasWindow(ModelConfig config) {
        return !config.integer("sliding_window_pattern").equals(Optional.of(1L));
    }

    /** Which layers have the window, where it is not five of six, as llama.cpp takes it to be; upstream leaves it at that. */
    private static void pattern(ModelConfig config, Keys keys) {
        JsonValue usual = LayerTypes.everyFull(config, PERIOD);
        boolean[] sliding = LayerTypes.sliding(config);
        if (hasWindow(config)
                && !keys.upstream()
                && !Arrays.equals(sliding, LayerTypes.sliding(config.with("layer_types", usual)))) {
            keys.bools("attention.sliding_window_pattern", sliding);
        }
    }
}
