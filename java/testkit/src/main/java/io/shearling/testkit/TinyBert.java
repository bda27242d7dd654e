package io.shearling.testkit;

import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.tensor.TensorType;
import java.util.List;
import java.util.stream.IntStream;

/** The tiny encoder: BERT with a classifier head, in the tensors that llama.cpp v0.5.0 asks for (src/models/bert.cpp). */
final class TinyBert {
    static final int WIDTH = 32;
    static final int LAYERS = 2;
    static final int CONTEXT = 128;

    /**
     * As many classes as an embedding is long: upstream's server copies a whole embedding's length out of the classifier's
     * outputs, so with fewer it would read past them and no comparison would be sound.
     */
    static final int CLASSES = WIDTH;

    private static final int FEED_FORWARD = 64;
    private static final int HEADS = 4;

    private TinyBert() {}

    static ModelDraft draft(long seed) {
        ModelDraft draft = new ModelDraft("bert", seed, TensorType.F32);
        WordPieceVocabulary.addTo(draft);
        List<String> labels =
                IntStream.range(0, CLASSES).mapToObj(i -> "class " + i).toList();
        draft.count("context_length", CONTEXT)
                .count("embedding_length", WIDTH)
                .count("block_count", LAYERS)
                .count("feed_forward_length", FEED_FORWARD)
                .count("attention.head_count", HEADS)
                .number("attention.layer_norm_epsilon", 1e-12f)
                .put("bert.attention.causal", GgufValue.bool(false))
                .put("bert.classifier.output_labels", GgufArray.ofStrings(labels));
        draft.matrix("token_embd.weight", WIDTH, WordPieceVocabulary.size(), Fill.normal(1))
                .table("token_types.weight", WIDTH, 2, Fill.normal(0.2))
                .table("position_embd.weight", WIDTH, CONTEXT, Fill.normal(0.3));
        layerNorm(draft, "token_embd_norm");
        for (int layer = 0; layer < LAYERS; layer++) {
            String block = "blk." + layer + ".";
            linear(draft, block + "attn_q", WIDTH, WIDTH);
            linear(draft, block + "attn_k", WIDTH, WIDTH);
            linear(draft, block + "attn_v", WIDTH, WIDTH);
            linear(draft, block + "attn_output", WIDTH, WIDTH);
            layerNorm(draft, block + "attn_output_norm");
            linear(draft, block + "ffn_up", WIDTH, FEED_FORWARD);
            linear(draft, block + "ffn_down", FEED_FORWARD, WIDTH);
            layerNorm(draft, block + "layer_output_norm");
        }
        linear(draft, "cls", WIDTH, WIDTH);
        linear(draft, "cls.output", WIDTH, CLASSES);
        return draft;
    }

    private static void linear(ModelDraft draft, String name, int columns, int rows) {
        draft.matrix(name + ".weight", columns, rows).vector(name + ".bias", rows, Fill.normal(0.1));
    }

    private static void layerNorm(ModelDraft draft, String name) {
        draft.norm(name + ".weight", WIDTH).vector(name + ".bias", WIDTH, Fill.normal(0.1));
    }
}
