package io.shearling.convert.architecture;

import io.shearling.formats.json.JsonValue;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** OpenAI's gpt-oss: the rows of an expert's gate and up projection alternate, and attention has sinks. */
final class GptOss {
    static final List<Architecture> ALL = List.of(Architecture.named("gpt-oss")
            .models("GptOssForCausalLM")
            .byDefault("rms_norm_eps", 1e-5)
            .byDefault("rope_theta", 150_000.0)
            .byDefault("max_position_embeddings", 131_072)
            .byDefault("num_key_value_heads", 8)
            .byDefault("head_dim", 64)
            .byDefault("sliding_window", 128)
            .byDefault("num_local_experts", 128)
            .byDefault("num_experts_per_tok", 4)
            .derived("rope_scaling", config -> yarn())
            .keys(
                    DecoderKeys.COMMON,
                    KeyRule.u32("attention.sliding_window", "sliding_window"),
                    KeyRule.u32("expert_feed_forward_length", "intermediate_size"))
            .tensors("""
                            model.layers.{b}.post_attention_layernorm           blk.{b}.post_attention_norm
                            model.layers.{b}.self_attn.sinks                    blk.{b}.attn_sinks.weight
                            model.layers.{b}.mlp.router                         blk.{b}.ffn_gate_inp
                            model.layers.{b}.mlp.experts.down_proj.weight       blk.{b}.ffn_down_exps.weight
                            model.layers.{b}.mlp.experts.down_proj              blk.{b}.ffn_down_exps.weight    transpose
                            model.layers.{b}.mlp.experts.down_proj_bias         blk.{b}.ffn_down_exps.bias
                            model.layers.{b}.mlp.experts.gate_up_proj.weight    blk.{b}.ffn_gate_exps.weight    even
                            and                                                 blk.{b}.ffn_up_exps.weight      odd
                            model.layers.{b}.mlp.experts.gate_up_proj           blk.{b}.ffn_gate_exps.weight    transpose even
                            and                                                 blk.{b}.ffn_up_exps.weight      transpose odd
                            model.layers.{b}.mlp.experts.gate_up_proj_bias      blk.{b}.ffn_gate_exps.bias      even
                            and                                                 blk.{b}.ffn_up_exps.bias        odd
                            """ + DecoderTensors.BLOCKS)
            .build());

    private GptOss() {}

    private static JsonValue yarn() {
        Map<String, JsonValue> yarn = new LinkedHashMap<>();
        yarn.put("rope_type", new JsonValue.Text("yarn"));
        yarn.put("factor", new JsonValue.Real(32));
        yarn.put("beta_fast", new JsonValue.Real(32));
        yarn.put("beta_slow", new JsonValue.Real(1));
        yarn.put("truncate", new JsonValue.Bool(false));
        yarn.put("original_max_position_embeddings", new JsonValue.Int(4096));
        return new JsonValue.Fields(yarn);
    }
}
