package io.shearling.convert.architecture;

/** Names of tensors that many decoders share. */
final class DecoderTensors {
    /** Of Llama's kind, the norms and projections named as nearly everybody names them. */
    static final String BLOCKS = """
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
    static final String INTERLEAVED = """
            model.layers.{b}.self_attn.q_proj               blk.{b}.attn_q          interleave-q
            model.layers.{b}.self_attn.k_proj               blk.{b}.attn_k          interleave-k
            """;

    /** As {@link #BLOCKS}, in checkpoints of a model without its head. */
    static final String BARE = BLOCKS.replace("model.", "");

    /** The router, the shared expert and experts that are one tensor already, as Qwen names them. */
    static final String EXPERTS = """
            model.layers.{b}.mlp.gate                       blk.{b}.ffn_gate_inp
            model.layers.{b}.mlp.shared_expert_gate         blk.{b}.ffn_gate_inp_shexp
            model.layers.{b}.mlp.shared_expert.gate_proj    blk.{b}.ffn_gate_shexp
            model.layers.{b}.mlp.shared_expert.up_proj      blk.{b}.ffn_up_shexp
            model.layers.{b}.mlp.shared_expert.down_proj    blk.{b}.ffn_down_shexp
            model.layers.{b}.mlp.experts.down_proj          blk.{b}.ffn_down_exps.weight
            model.layers.{b}.mlp.experts.gate_up_proj       blk.{b}.ffn_gate_exps.weight    first-half
            and                                             blk.{b}.ffn_up_exps.weight      second-half
            """;

    /** The parts of an expert and where their stacks go, in upstream's order. */
    static final String[] EXPERT_PARTS = {
        "down_proj", "blk.{b}.ffn_down_exps", "gate_proj", "blk.{b}.ffn_gate_exps", "up_proj", "blk.{b}.ffn_up_exps"
    };

    private DecoderTensors() {}
}
