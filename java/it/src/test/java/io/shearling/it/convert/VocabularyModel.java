package io.shearling.it.convert;

import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.gguf.GgufWriter;
import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/** A model of one narrow layer, all zeros, around a vocabulary: the least that loads and can be exported. */
final class VocabularyModel {
    private static final int WIDTH = 32;
    private static final int CONTEXT = 128;

    private final String architecture;
    private final Map<String, TensorShape> tensors = new LinkedHashMap<>();

    private VocabularyModel(String architecture, int tokens) {
        this.architecture = architecture;
        matrix("token_embd", tokens);
        switch (architecture) {
            case "bert" -> bert();
            case "phi3" -> {
                decoder();
                matrix("blk.0.attn_qkv", 3 * WIDTH);
                matrix("blk.0.ffn_up", 2 * WIDTH);
            }
            default -> {
                decoder();
                for (String name : new String[] {"attn_q", "attn_k", "attn_v", "ffn_gate", "ffn_up"}) {
                    matrix("blk.0." + name, WIDTH);
                }
            }
        }
    }

    /** Writes one with the tokenizer of a file. */
    static Path write(GgufMetadata vocabulary, Path target) {
        String kind = vocabulary.string("tokenizer.ggml.model");
        String architecture = kind.equals("bert")
                ? "bert"
                : vocabulary.string("general.architecture").equals("phi3") ? "phi3" : "llama";
        int tokens = vocabulary.array("tokenizer.ggml.tokens").size();
        VocabularyModel model = new VocabularyModel(architecture, tokens);
        GgufWriter.Builder plan = GgufWriter.to(target).metadata(model.metadata(vocabulary));
        model.tensors.forEach((name, shape) -> plan.tensor(name, type(shape), shape));
        try (GgufWriter writer = plan.open()) {
            model.tensors.forEach((name, shape) ->
                    writer.write(name, ByteBuffer.allocate((int) type(shape).bytes(shape))));
            return writer.commit();
        }
    }

    private static TensorType type(TensorShape shape) {
        return shape.rank() == 1 ? TensorType.F32 : TensorType.F16;
    }

    private GgufMetadata metadata(GgufMetadata vocabulary) {
        GgufMetadata.Builder metadata = GgufMetadata.builder()
                .put("general.architecture", architecture)
                .put("general.name", vocabulary.string("general.name"));
        count(metadata, "context_length", CONTEXT);
        count(metadata, "embedding_length", WIDTH);
        count(metadata, "block_count", 1);
        count(metadata, "feed_forward_length", WIDTH);
        count(metadata, "attention.head_count", 1);
        if (architecture.equals("bert")) {
            metadata.put("bert.attention.layer_norm_epsilon", GgufValue.f32(1e-12f));
            metadata.put("bert.attention.causal", GgufValue.bool(false));
        } else {
            count(metadata, "attention.head_count_kv", 1);
            count(metadata, "rope.dimension_count", WIDTH);
            metadata.put(architecture + ".attention.layer_norm_rms_epsilon", GgufValue.f32(1e-5f));
        }
        for (String key : vocabulary.keys()) {
            if (key.startsWith("tokenizer.")) {
                metadata.put(key, vocabulary.value(key));
            }
        }
        return metadata.build();
    }

    private void count(GgufMetadata.Builder metadata, String key, int value) {
        metadata.put(architecture + "." + key, GgufValue.u32(value));
    }

    private void decoder() {
        vector("output_norm.weight");
        vector("blk.0.attn_norm.weight");
        vector("blk.0.ffn_norm.weight");
        matrix("blk.0.attn_output", WIDTH);
        matrix("blk.0.ffn_down", WIDTH);
    }

    private void bert() {
        matrix("position_embd", CONTEXT);
        matrix("token_types", 2);
        norm("token_embd_norm");
        norm("blk.0.attn_output_norm");
        norm("blk.0.layer_output_norm");
        for (String name : new String[] {"attn_q", "attn_k", "attn_v", "attn_output", "ffn_up", "ffn_down"}) {
            matrix("blk.0." + name, WIDTH);
            vector("blk.0." + name + ".bias");
        }
    }

    private void norm(String name) {
        vector(name + ".weight");
        vector(name + ".bias");
    }

    private void matrix(String name, int rows) {
        tensors.put(name + ".weight", TensorShape.of(WIDTH, rows));
    }

    private void vector(String name) {
        tensors.put(name, TensorShape.of(WIDTH));
    }
}
