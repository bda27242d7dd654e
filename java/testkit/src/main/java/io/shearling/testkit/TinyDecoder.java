package io.shearling.testkit;

import io.shearling.formats.tensor.TensorType;

/**
 * The tiny models that generate text, each in its own architecture, all with the {@link SentencePieceVocabulary}.
 *
 * <p>Tensor names and shapes are those that llama.cpp v0.5.0 asks for (src/models).
 */
final class TinyDecoder {
    static final int WIDTH = 64;
    static final int LAYERS = 2;
    static final int CONTEXT = 512;
    static final int WINDOW = 32;

    private static final int FEED_FORWARD = 128;
    private static final int HEADS = 4;
    private static final int KV_HEADS = 2;
    private static final int HEAD = WIDTH / HEADS;

    private static final int EXPERTS = 4;
    private static final int EXPERTS_USED = 2;

    private static final int STATE = 16;
    private static final int INNER = 2 * WIDTH;
    private static final int STEP_RANK = 4;
    private static final int CONVOLUTION = 4;

    private TinyDecoder() {}

    /** Grouped-query attention with rotary positions over the whole context. */
    static ModelDraft llama(long seed, TensorType type) {
        ModelDraft draft = draft("llama", seed, type);
        attentionCounts(draft).count("rope.dimension_count", HEAD);
        for (int layer = 0; layer < LAYERS; layer++) {
            String block = "blk." + layer + ".";
            attention(draft, block);
            feedForward(draft, block);
        }
        return output(draft);
    }

    /** The llama whose tokens go through 2 of 4 experts each. */
    static ModelDraft experts(long seed) {
        ModelDraft draft = draft("llama", seed, TensorType.F32);
        attentionCounts(draft)
                .count("rope.dimension_count", HEAD)
                .count("expert_count", EXPERTS)
                .count("expert_used_count", EXPERTS_USED);
        for (int layer = 0; layer < LAYERS; layer++) {
            String block = "blk." + layer + ".";
            attention(draft, block);
            draft.norm(block + "ffn_norm.weight", WIDTH)
                    .table(block + "ffn_gate_inp.weight", WIDTH, EXPERTS, Fill.normal(0.5))
                    .stack(block + "ffn_gate_exps.weight", WIDTH, FEED_FORWARD, EXPERTS)
                    .stack(block + "ffn_up_exps.weight", WIDTH, FEED_FORWARD, EXPERTS)
                    .stack(block + "ffn_down_exps.weight", FEED_FORWARD, WIDTH, EXPERTS);
        }
        return output(draft);
    }

    /**
     * Gemma 2: every other layer sees only the last {@link #WINDOW} tokens. The output matrix is the embedding; the layers
     * speak louder than it, or the model would repeat its input.
     */
    static ModelDraft gemma2(long seed) {
        ModelDraft draft = new ModelDraft("gemma2", seed, TensorType.F32);
        SentencePieceVocabulary.addTo(draft);
        sizes(draft);
        attentionCounts(draft)
                .count("attention.key_length", HEAD)
                .count("attention.value_length", HEAD)
                .count("attention.sliding_window", WINDOW)
                .number("attn_logit_softcapping", 50)
                .number("final_logit_softcapping", 30);
        draft.matrix(
                "token_embd.weight",
                WIDTH,
                SentencePieceVocabulary.size(),
                Fill.normal(0.02).timesRow(TinyDecoder::loudness));
        for (int layer = 0; layer < LAYERS; layer++) {
            String block = "blk." + layer + ".";
            attention(draft, block);
            feedForward(draft, block);
            draft.vector(block + "post_attention_norm.weight", WIDTH, Fill.around(4, 0.4));
            draft.vector(block + "post_ffw_norm.weight", WIDTH, Fill.around(4, 0.4));
        }
        return draft.norm("output_norm.weight", WIDTH);
    }

    /** Mamba: all that it has read is in one state, of which no part can be taken away. */
    static ModelDraft mamba(long seed) {
        ModelDraft draft = draft("mamba", seed, TensorType.F32)
                .count("feed_forward_length", 0)
                .count("attention.head_count", 0)
                .count("ssm.conv_kernel", CONVOLUTION)
                .count("ssm.inner_size", INNER)
                .count("ssm.state_size", STATE)
                .count("ssm.time_step_rank", STEP_RANK);
        for (int layer = 0; layer < LAYERS; layer++) {
            String block = "blk." + layer + ".";
            draft.norm(block + "attn_norm.weight", WIDTH)
                    .matrix(block + "ssm_in.weight", WIDTH, 2 * INNER)
                    .table(block + "ssm_conv1d.weight", CONVOLUTION, INNER, Fill.normal(0.5))
                    .vector(block + "ssm_conv1d.bias", INNER, Fill.normal(0.1))
                    .matrix(block + "ssm_x.weight", INNER, STEP_RANK + 2 * STATE)
                    .matrix(block + "ssm_dt.weight", STEP_RANK, INNER)
                    // a small step and a decay of -1 to -16: the state remembers some tokens and forgets them again
                    .vector(block + "ssm_dt.bias", INNER, Fill.around(-2, 0.5))
                    .table(block + "ssm_a", STATE, INNER, (random, row, column) -> -(column + 1))
                    .vector(block + "ssm_d", INNER, Fill.around(1, 0.1))
                    .matrix(block + "ssm_out.weight", INNER, WIDTH, Fill.normal(0.3));
        }
        return output(draft);
    }

    private static ModelDraft draft(String architecture, long seed, TensorType type) {
        ModelDraft draft = new ModelDraft(architecture, seed, type);
        SentencePieceVocabulary.addTo(draft);
        sizes(draft);
        return draft.matrix("token_embd.weight", WIDTH, SentencePieceVocabulary.size(), Fill.normal(1));
    }

    private static void sizes(ModelDraft draft) {
        draft.count("context_length", CONTEXT)
                .count("embedding_length", WIDTH)
                .count("block_count", LAYERS)
                .number("attention.layer_norm_rms_epsilon", 1e-5f);
    }

    private static ModelDraft attentionCounts(ModelDraft draft) {
        return draft.count("feed_forward_length", FEED_FORWARD)
                .count("attention.head_count", HEADS)
                .count("attention.head_count_kv", KV_HEADS);
    }

    private static void attention(ModelDraft draft, String block) {
        draft.norm(block + "attn_norm.weight", WIDTH)
                // sharp attention: near-equal weights on all tokens would tell little of their order
                .matrix(block + "attn_q.weight", WIDTH, HEADS * HEAD, Fill.normal(0.4))
                .matrix(block + "attn_k.weight", WIDTH, KV_HEADS * HEAD)
                .matrix(block + "attn_v.weight", WIDTH, KV_HEADS * HEAD)
                // attention averages, so what comes out of it is smaller than what went in
                .matrix(block + "attn_output.weight", HEADS * HEAD, WIDTH, Fill.normal(0.5));
    }

    private static void feedForward(ModelDraft draft, String block) {
        draft.norm(block + "ffn_norm.weight", WIDTH)
                .matrix(block + "ffn_gate.weight", WIDTH, FEED_FORWARD)
                .matrix(block + "ffn_up.weight", WIDTH, FEED_FORWARD)
                .matrix(block + "ffn_down.weight", FEED_FORWARD, WIDTH, Fill.normal(0.3));
    }

    private static ModelDraft output(ModelDraft draft) {
        return draft.norm("output_norm.weight", WIDTH)
                .matrix(
                        "output.weight",
                        WIDTH,
                        SentencePieceVocabulary.size(),
                        Fill.matrix(WIDTH).timesRow(TinyDecoder::loudness));
    }

    /** Control tokens never win and bytes seldom, so that a greedy text is long and mostly letters. */
    private static float loudness(int token) {
        if (SentencePieceVocabulary.isControl(token)) {
            return 0;
        }
        return SentencePieceVocabulary.isByte(token) ? 0.25f : 1;
    }
}
