package io.shearling.cli;

import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.gguf.GgufWriter;
import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Writes a GGUF file with the metadata of a tiny llama and two tensors of zeros. */
final class SmallGguf {
    private SmallGguf() {}

    static Path write(Path file) {
        return write(file, metadata().build());
    }

    /** One whose keys and values would take more than a {@code long} counts. */
    static Path writeHuge(Path file) {
        return write(
                file,
                metadata()
                        .put("llama.block_count", GgufValue.u32(512))
                        .put("llama.attention.head_count_kv", GgufValue.u32(Integer.MAX_VALUE))
                        .put("llama.attention.key_length", GgufValue.u32(1 << 20))
                        .put("llama.attention.value_length", GgufValue.u32(1 << 20))
                        .build());
    }

    private static GgufMetadata.Builder metadata() {
        return GgufMetadata.builder()
                .put("general.architecture", "llama")
                .put("general.name", "Tiny\nLlama")
                .put("general.file_type", GgufValue.u32(7))
                .put("llama.context_length", GgufValue.u32(2048))
                .put("llama.embedding_length", GgufValue.u32(64))
                .put("llama.block_count", GgufValue.u32(2))
                .put("llama.feed_forward_length", GgufValue.u32(128))
                .put("llama.attention.head_count", GgufValue.u32(4))
                .put("llama.attention.head_count_kv", GgufValue.u32(2))
                .put("llama.attention.layer_norm_rms_epsilon", GgufValue.f32(1e-5f))
                .put("tokenizer.chat_template", "{{ x }}".repeat(50))
                .put("tokenizer.ggml.tokens", GgufArray.ofStrings(List.of("a", "b", "c", "d", "e", "\u00fc", "g")))
                .put("tokenizer.ggml.scores", GgufArray.ofFloats(0.5f, -1f))
                .put("big", GgufValue.u64(-1))
                .put("yes", GgufValue.bool(true));
    }

    private static Path write(Path file, GgufMetadata metadata) {
        TensorShape embedding = TensorShape.of(64, 7);
        TensorShape norm = TensorShape.of(64);
        try (GgufWriter writer = GgufWriter.to(file)
                .metadata(metadata)
                .tensor("token_embd.weight", TensorType.Q8_0, embedding)
                .tensor("output_norm.weight", TensorType.F32, norm)
                .open()) {
            writer.write("token_embd.weight", ByteBuffer.allocate((int) TensorType.Q8_0.bytes(embedding)));
            writer.write("output_norm.weight", ByteBuffer.allocate((int) TensorType.F32.bytes(norm)));
            return writer.commit();
        }
    }
}
