package io.shearling.convert.export;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The architectures that can be exported. */
final class ModelExports {
    private static final ConfigRule COMMON = ConfigRule.table("""
            hidden_size                 embedding_length
            num_hidden_layers           block_count
            intermediate_size           feed_forward_length
            num_attention_heads         attention.head_count
            num_key_value_heads         attention.head_count_kv|attention.head_count
            head_dim                    attention.key_length
            max_position_embeddings     context_length
            rms_norm_eps                attention.layer_norm_rms_epsilon
            rope_theta                  rope.freq_base|10000.0""");

    private static final ConfigRule SILU = ConfigRule.constant("hidden_act", "silu");

    /** Whether logits come from the table of embeddings. */
    private static final ConfigRule TIED =
            (model, config) -> config.put("tie_word_embeddings", new JsonValue.Bool(!model.hasTensor("output.weight")));

    /** Whether projections have biases; all of a kind have them or none. */
    private static ConfigRule bias(String name, String... tensors) {
        return (model, config) -> {
            List<String> there = List.of(tensors).stream()
                    .filter(tensor -> model.hasTensor("blk.0." + tensor + ".bias"))
                    .toList();
            if (!there.isEmpty() && there.size() < tensors.length) {
                throw model.fault("of its projections only " + String.join(", ", there) + " have biases");
            }
            config.put(name, new JsonValue.Bool(!there.isEmpty()));
        };
    }

    private static final ConfigRule ATTENTION_BIAS =
            bias("attention_bias", "attn_q", "attn_k", "attn_v", "attn_output");

    private static final ConfigRule EXPERTS = ConfigRule.table("""
            num_experts                     expert_count
            num_experts_per_tok             expert_used_count
            moe_intermediate_size           expert_feed_forward_length
            shared_expert_intermediate_size expert_shared_feed_forward_length""");

    private static final List<ModelExport> ALL = List.of(
            ModelExport.of(
                            "llama",
                            "MixtralForCausalLM",
                            "mixtral",
                            COMMON,
                            ConfigRule.table("""
                                    num_local_experts       expert_count
                                    num_experts_per_tok     expert_used_count"""),
                            SILU,
                            RopeScaling::put,
                            ConfigRule.constant("sliding_window", new JsonValue.Null()),
                            TIED)
                    .when(model -> model.integer("expert_count").orElse(0L) > 0),
            ModelExport.of(
                    "llama",
                    "LlamaForCausalLM",
                    "llama",
                    COMMON,
                    SILU,
                    RopeScaling::put,
                    ATTENTION_BIAS,
                    bias("mlp_bias", "ffn_gate", "ffn_up", "ffn_down"),
                    TIED),
            ModelExport.of("qwen2", "Qwen2ForCausalLM", "qwen2", COMMON, SILU, RopeScaling::put, TIED),
            ModelExport.of("qwen3", "Qwen3ForCausalLM", "qwen3", COMMON, SILU, RopeScaling::put, ATTENTION_BIAS, TIED),
            ModelExport.of(
                    "qwen2moe", "Qwen2MoeForCausalLM", "qwen2_moe", COMMON, EXPERTS, SILU, RopeScaling::put, TIED),
            ModelExport.of(
                    "qwen3moe",
                    "Qwen3MoeForCausalLM",
                    "qwen3_moe",
                    COMMON,
                    EXPERTS,
                    ConfigRule.constant("norm_topk_prob", true),
                    SILU,
                    RopeScaling::put,
                    TIED),
            ModelExport.of(
                    "gemma3",
                    "Gemma3ForCausalLM",
                    "gemma3_text",
                    COMMON,
                    ConfigRule.table("""
                            rope_theta                  rope.freq_base|1000000.0
                            rope_local_base_freq        rope.freq_base_swa|10000.0
                            final_logit_softcapping     final_logit_softcapping"""),
                    ModelExports::queryScale,
                    ModelExports::layers,
                    ConfigRule.constant("hidden_activation", "gelu_pytorch_tanh"),
                    RopeScaling::put,
                    TIED),
            ModelExport.of(
                    "phi3",
                    "Phi3ForCausalLM",
                    "phi3",
                    COMMON,
                    ConfigRule.table(
                            "original_max_position_embeddings    rope.scaling.original_context_length|context_length"),
                    ModelExports::window,
                    RopeScaling::putPart,
                    RopeScaling::putLong,
                    SILU,
                    TIED),
            ModelExport.of(
                    "bert",
                    "BertModel",
                    "bert",
                    ModelExports::requireWordPieces,
                    ConfigRule.table("""
                            hidden_size                 embedding_length
                            num_hidden_layers           block_count
                            intermediate_size           feed_forward_length
                            num_attention_heads         attention.head_count
                            max_position_embeddings     context_length
                            layer_norm_eps              attention.layer_norm_epsilon
                            type_vocab_size             tokenizer.ggml.token_type_count"""),
                    ConfigRule.constant("hidden_act", "gelu")));

    private ModelExports() {}

    /** What llama.cpp divides queries by; it knows the one that differs by its 62 layers. */
    private static void queryScale(GgufModel model, Map<String, JsonValue> config) {
        boolean other = model.count("block_count") == 62;
        config.put(
                "query_pre_attn_scalar",
                JsonValue.of(
                        other
                                ? model.count("embedding_length") / model.count("attention.head_count")
                                : model.count("attention.key_length")));
    }

    /** How far attention looks back; 0 is everywhere. */
    private static void window(GgufModel model, Map<String, JsonValue> config) {
        long window = model.integer("attention.sliding_window").orElse(0L);
        config.put("sliding_window", JsonValue.of(window == 0 ? null : window));
    }

    /** Which layers of Gemma 3 look back how far: five of six, all of them wholly, or as the file says. */
    private static void layers(GgufModel model, Map<String, JsonValue> config) {
        Optional<Long> window = model.integer("attention.sliding_window").filter(length -> length > 0);
        if (window.isEmpty()) {
            config.put("sliding_window_pattern", JsonValue.of(1));
            return;
        }
        config.put("sliding_window", JsonValue.of(window.get()));
        model.metadata()
                .find(model.architecture() + ".attention.sliding_window_pattern")
                .flatMap(value -> value instanceof GgufArray array ? Optional.of(array.bools()) : Optional.empty())
                .ifPresent(sliding -> {
                    List<String> types = new ArrayList<>();
                    for (boolean one : sliding) {
                        types.add(one ? "sliding_attention" : "full_attention");
                    }
                    config.put("layer_types", JsonValue.of(types));
                });
    }

    /** Other encoders have the same architecture in llama.cpp and other tokenizers. */
    private static void requireWordPieces(GgufModel model, Map<String, JsonValue> config) {
        String kind = model.metadata().string("tokenizer.ggml.model");
        if (!kind.equals("bert")) {
            throw model.fault("its tokenizer is of the kind " + kind + ", so that it is no BERT");
        }
    }

    /**
     * The one for a model.
     *
     * @throws ConvertException when there is none
     */
    static ModelExport of(GgufModel model) {
        return ALL.stream()
                .filter(export -> export.architecture().equals(model.architecture())
                        && export.fits().test(model))
                .findFirst()
                .orElseThrow(() -> new ConvertException(
                        Kind.ARCHITECTURE,
                        model.name(),
                        "models of the architecture " + model.architecture() + " cannot be exported",
                        "those that can are "
                                + ALL.stream()
                                        .map(ModelExport::architecture)
                                        .distinct()
                                        .collect(Collectors.joining(", "))));
    }
}
