package io.shearling.formats.preset;

import io.shearling.formats.tensor.TensorShape;
import java.util.List;

/** Which tensors are quantized at all: matrices of weights, but for those that are small, or read as floats. */
final class Quantizable {
    /** Pieces of the names of matrices that stay as they are. */
    private static final List<String> KEPT = List.of(
            "_norm.weight",
            "ffn_gate_inp.weight",
            "ffn_gate_tid2eid.weight",
            "altup",
            "laurel",
            "per_layer_model_proj",
            "ssm_conv1d",
            "shortconv.conv.weight",
            "indexer.k_proj.weight",
            "indexer.q_proj.weight",
            "time_mix_first.weight",
            "time_mix_w0.weight",
            "time_mix_w1.weight",
            "time_mix_w2.weight",
            "time_mix_v0.weight",
            "time_mix_v1.weight",
            "time_mix_v2.weight",
            "time_mix_a0.weight",
            "time_mix_a1.weight",
            "time_mix_a2.weight",
            "time_mix_g1.weight",
            "time_mix_g2.weight",
            "time_mix_decay_w1.weight",
            "time_mix_decay_w2.weight",
            "time_mix_lerp_fused.weight",
            "attn_rel_b.weight",
            ".position_embd",
            "sam.pos_embd",
            "sam.neck.",
            "sam.net_",
            ".rel_pos",
            ".patch_embd",
            ".patch_merger",
            "a.rvq.codebook",
            "mm.a.code_embd");

    private static final List<String> KEPT_WHOLE = List.of("position_embd.weight", "token_types.weight");

    private Quantizable() {}

    static boolean is(String name, TensorShape shape) {
        return dimensions(shape) >= 2
                && name.endsWith("weight")
                && !KEPT_WHOLE.contains(name)
                && KEPT.stream().noneMatch(name::contains);
    }

    /** As ggml counts them: up to the last extent that is not 1. */
    private static int dimensions(TensorShape shape) {
        int dimensions = shape.rank();
        while (dimensions > 1 && shape.extent(dimensions - 1) == 1) {
            dimensions--;
        }
        return dimensions;
    }
}
