package io.shearling.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Collectors;

/**
 * A checkpoint in Hugging Face form: a llama that computes nonsense, with weights from a seed in bf16 and a tokenizer of bytes with
 * SentencePiece's ways. A class of files; no state.
 *
 * @param width of a token's vector; the feed-forward part is twice as wide
 * @param blocks how many blocks
 * @param heads attention heads
 * @param headsKv key/value heads
 * @param seed of the weights
 */
public record TinyCheckpoint(int width, int blocks, int heads, int headsKv, long seed) {
    private static final int VOCABULARY = 259;

    /** One block, 64 wide. */
    public static final TinyCheckpoint SMALLEST = new TinyCheckpoint(64, 1, 4, 2, 1);

    /**
     * Makes the folder with its files.
     *
     * @return the folder
     */
    public Path write(Path folder) {
        try {
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("config.json"), config());
            Files.writeString(folder.resolve("tokenizer.json"), tokenizer());
            Files.writeString(
                    folder.resolve("tokenizer_config.json"),
                    "{\"tokenizer_class\": \"LlamaTokenizer\", \"add_bos_token\": true}");
            Files.write(folder.resolve("model.safetensors"), tensors());
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String config() {
        return """
                {
                  "architectures": ["LlamaForCausalLM"],
                  "model_type": "llama",
                  "hidden_size": %d,
                  "intermediate_size": %d,
                  "num_hidden_layers": %d,
                  "num_attention_heads": %d,
                  "num_key_value_heads": %d,
                  "max_position_embeddings": 256,
                  "rms_norm_eps": 1e-05,
                  "vocab_size": %d,
                  "bos_token_id": 1,
                  "eos_token_id": 2
                }
                """.formatted(width, 2 * width, blocks, heads, headsKv, VOCABULARY);
    }

    /** Bytes alone, which every text falls back to. */
    private static String tokenizer() {
        List<String> tokens = new ArrayList<>(List.of("<unk>", "<s>", "</s>"));
        for (int i = 0; i < 256; i++) {
            tokens.add(String.format("<0x%02X>", i));
        }
        String vocabulary = tokens.stream()
                .map(token -> "\"" + token + "\": " + tokens.indexOf(token))
                .collect(Collectors.joining(", "));
        String added = tokens.subList(0, 3).stream()
                .map(token -> "{\"id\": " + tokens.indexOf(token) + ", \"content\": \"" + token
                        + "\", \"special\": true, \"normalized\": false}")
                .collect(Collectors.joining(", "));
        return """
                {
                  "version": "1.0",
                  "added_tokens": [%s],
                  "normalizer": {"type": "Sequence", "normalizers": [
                    {"type": "Prepend", "prepend": "▁"},
                    {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
                  "pre_tokenizer": null,
                  "post_processor": null,
                  "decoder": {"type": "Sequence", "decoders": [
                    {"type": "Replace", "pattern": {"String": "▁"}, "content": " "},
                    {"type": "ByteFallback"},
                    {"type": "Fuse"},
                    {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
                  "model": {"type": "BPE", "unk_token": "<unk>", "fuse_unk": true, "byte_fallback": true,
                    "vocab": {%s}, "merges": []}
                }
                """.formatted(added, vocabulary);
    }

    private byte[] tensors() {
        Map<String, int[]> shapes = new LinkedHashMap<>();
        int widthKv = width / heads * headsKv;
        shapes.put("model.embed_tokens.weight", new int[] {VOCABULARY, width});
        for (int i = 0; i < blocks; i++) {
            String block = "model.layers." + i + ".";
            shapes.put(block + "input_layernorm.weight", new int[] {width});
            shapes.put(block + "self_attn.q_proj.weight", new int[] {width, width});
            shapes.put(block + "self_attn.k_proj.weight", new int[] {widthKv, width});
            shapes.put(block + "self_attn.v_proj.weight", new int[] {widthKv, width});
            shapes.put(block + "self_attn.o_proj.weight", new int[] {width, width});
            shapes.put(block + "post_attention_layernorm.weight", new int[] {width});
            shapes.put(block + "mlp.gate_proj.weight", new int[] {2 * width, width});
            shapes.put(block + "mlp.up_proj.weight", new int[] {2 * width, width});
            shapes.put(block + "mlp.down_proj.weight", new int[] {width, 2 * width});
        }
        shapes.put("model.norm.weight", new int[] {width});
        StringBuilder header = new StringBuilder("{");
        int end = 0;
        for (Map.Entry<String, int[]> tensor : shapes.entrySet()) {
            int[] shape = tensor.getValue();
            int bytes = 2 * shape[0] * (shape.length == 2 ? shape[1] : 1);
            header.append(header.length() == 1 ? "" : ",")
                    .append(String.format(
                            "\"%s\": {\"dtype\": \"BF16\", \"shape\": %s, \"data_offsets\": [%d, %d]}",
                            tensor.getKey(), Arrays.toString(shape), end, end + bytes));
            end += bytes;
        }
        byte[] json = header.append('}').toString().getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.writeBytes(ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(json.length)
                .array());
        file.writeBytes(json);
        SplittableRandom random = new SplittableRandom(seed);
        ByteBuffer data = ByteBuffer.allocate(end).order(ByteOrder.LITTLE_ENDIAN);
        while (data.hasRemaining()) {
            float value = (float) (random.nextDouble() - 0.5);
            data.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
        }
        file.writeBytes(data.array());
        return file.toByteArray();
    }
}
