package io.shearling.convert.architecture;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.tokenizer.TokenizerKind;
import io.shearling.formats.json.JsonValue;
import java.util.List;
import java.util.Map;

/** Nomic's embedding models, whose class comes with the checkpoint, dense and of experts. */
final class NomicBerts {
    private static final int TRAINED = 2048;

    /** What llama.cpp takes for granted. */
    private static final Map<String, JsonValue> FIXED = Map.of(
            "causal", new JsonValue.Bool(false),
            "prenorm", new JsonValue.Bool(false),
            "rotary_emb_fraction", new JsonValue.Real(1),
            "rotary_emb_interleaved", new JsonValue.Bool(false));

    /** What only models of experts have. */
    private static final List<String> BIASED = List.of("qkv_proj_bias", "mlp_fc1_bias", "mlp_fc2_bias");

    static final List<Architecture> ALL = List.of(
            nomic("nomic-bert").when(config -> !ofExperts(config)).tensors("""
                            encoder.layers.{b}.mlp.fc11                     blk.{b}.ffn_up
                            encoder.layers.{b}.mlp.fc12                     blk.{b}.ffn_gate
                            """).build(),
            nomic("nomic-bert-moe")
                    .when(NomicBerts::ofExperts)
                    .keys(
                            KeyRule.u32("moe_every_n_layers", "moe_every_n_layers"),
                            KeyRule.u32("expert_used_count", "moe_top_k"))
                    .tensors("""
                            encoder.layers.{b}.mlp.router.layer             blk.{b}.ffn_gate_inp
                            encoder.layers.{b}.mlp.experts                  -
                            """)
                    .tensor(
                            "encoder.layers.{b}.mlp.experts.mlp.w1",
                            "blk.{b}.ffn_up_exps.weight",
                            EncoderTensors::experts)
                    .tensor(
                            "encoder.layers.{b}.mlp.experts.mlp.w2",
                            "blk.{b}.ffn_down_exps.weight",
                            EncoderTensors::transposedExperts)
                    .build());

    private NomicBerts() {}

    private static ArchitectureBuilder nomic(String name) {
        return Architecture.named(name)
                .models("NomicBertModel")
                .keys(NomicBerts::refuseOthers, EncoderKeys::bert, NomicBerts::context)
                .names(EncoderTensors::plain)
                .tensors(EncoderTensors.FLASH + """
                        encoder.layers.{b}.attn.Wqkv                    blk.{b}.attn_qkv
                        encoder.layers.{b}.attn.out_proj                blk.{b}.attn_output
                        """)
                .tokenizer(TokenizerKind.AS_FILED);
    }

    private static boolean ofExperts(ModelConfig config) {
        return config.integer("moe_every_n_layers").orElse(0L) != 0;
    }

    private static void refuseOthers(ModelConfig config, Keys keys) {
        FIXED.forEach((name, value) -> require(config, name, same(config, name, value)));
        BIASED.forEach(name -> require(config, name, config.flag(name) == ofExperts(config)));
        require(
                config,
                "rotary_emb_scale_base",
                config.find("rotary_emb_scale_base").isEmpty());
        String activation = ofExperts(config) ? "gelu" : "swiglu";
        require(
                config,
                "activation_function",
                config.text("activation_function").filter(activation::equals).isPresent());
        require(
                config,
                "max_trained_positions",
                config.integer("max_trained_positions").orElse((long) TRAINED) == TRAINED);
    }

    private static boolean same(ModelConfig config, String name, JsonValue value) {
        return value.number().isPresent()
                ? config.number(name).equals(value.number())
                : config.find(name).flatMap(JsonValue::bool).equals(value.bool());
    }

    /** The files say how far the rotary embedding reaches; the models were trained with less. */
    private static void context(ModelConfig config, Keys keys) {
        int positions = config.count("n_positions");
        require(config, "n_positions", positions == 8192 || positions == TRAINED);
        if (config.find("max_position_embeddings").isEmpty()) {
            keys.u32("context_length", positions == TRAINED ? 512 : TRAINED);
        }
    }

    private static void require(ModelConfig config, String name, boolean known) {
        if (!known) {
            throw new ConvertException(
                    Kind.CONFIG,
                    config.file(),
                    "its " + name + " is none that llama.cpp computes for this architecture",
                    "convert one of the published models, or one that was tuned from them");
        }
    }
}
