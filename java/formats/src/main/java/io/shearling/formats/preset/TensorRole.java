package io.shearling.formats.preset;

/** The part that a tensor plays, as far as the choice of its type goes. */
public enum TensorRole {
    TOKEN_EMBEDDING,
    OUTPUT,
    QUERIES,
    KEYS,
    /** Values, alone or together with queries and keys, or in the low-rank form of MLA. */
    VALUES,
    ATTENTION_OUTPUT,
    FFN_UP,
    FFN_GATE,
    FFN_DOWN,
    OTHER;

    /** The role of the tensor of this name in a GGUF file. */
    public static TensorRole of(String name) {
        if (name.equals("output.weight")) {
            return OUTPUT;
        }
        if (name.equals("token_embd.weight") || name.equals("per_layer_token_embd.weight")) {
            return TOKEN_EMBEDDING;
        }
        if (name.contains("attn_qkv.weight") || name.contains("attn_kv_b.weight") || name.contains("attn_v.weight")) {
            return VALUES;
        }
        if (name.contains("attn_k.weight")) {
            return KEYS;
        }
        if (name.contains("attn_q.weight")) {
            return QUERIES;
        }
        if (name.contains("attn_output.weight")) {
            return ATTENTION_OUTPUT;
        }
        if (name.contains("ffn_up")) {
            return FFN_UP;
        }
        if (name.contains("ffn_gate")) {
            return FFN_GATE;
        }
        return name.contains("ffn_down") ? FFN_DOWN : OTHER;
    }
}
