package io.shearling.convert.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.convert.Conversion;
import io.shearling.convert.ConversionListener;
import io.shearling.convert.ConversionOptions;
import io.shearling.convert.ConvertException;
import io.shearling.convert.OutputType;
import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.json.JsonValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checkpoints that upstream's converter fails at or gets wrong, and such as nobody can convert. */
class BeyondUpstreamTest {
    @TempDir
    private Path folder = Path.of("");

    /** Upstream loses the norms of heads; what has to come is the plain stack of their values. */
    @Test
    void stableLm_normsOfHeads_areStacked() throws IOException {
        Golden golden = Golden.named("stablelm").withConfig("\"qk_layernorm\": false", "\"qk_layernorm\": true");
        for (int layer = 0; layer < 2; layer++) {
            for (int head = 0; head < 4; head++) {
                golden = golden.withTensor(norm(layer, "q", head), "n", 16);
                if (head < 2) {
                    golden = golden.withTensor(norm(layer, "k", head), "n", 16);
                }
            }
        }
        Path checkpoint = new CheckpointFixture(golden).write(folder, "full");
        try (GgufFile file = converted(checkpoint, golden)) {
            for (int layer = 0; layer < 2; layer++) {
                assertThat(floats(file, "blk." + layer + ".attn_q_norm.weight"))
                        .isEqualTo(stacked(checkpoint, layer, "q", 4));
                assertThat(floats(file, "blk." + layer + ".attn_k_norm.weight"))
                        .isEqualTo(stacked(checkpoint, layer, "k", 2));
            }
            assertThat(file.tensor("blk.1.attn_q_norm.weight")
                            .orElseThrow()
                            .shape()
                            .extents())
                    .containsExactly(16, 4);
            assertThat(file.tensor("blk.1.attn_k_norm.weight")
                            .orElseThrow()
                            .shape()
                            .extents())
                    .containsExactly(16, 2);
        }
        Golden broken = golden.withoutTensor(norm(1, "k", 0)).with("directory", new JsonValue.Text("broken"));
        assertThatThrownBy(() -> converted(broken))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("tensors are missing beside model.layers.1.self_attn.k_layernorm.norms.1");
    }

    private static String norm(int layer, String kind, int head) {
        return "model.layers." + layer + ".self_attn." + kind + "_layernorm.norms." + head + ".weight";
    }

    /** Read from the checkpoint's bytes, head by head. */
    private static List<Float> stacked(Path checkpoint, int layer, String kind, int heads) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(checkpoint.resolve("model.safetensors")))
                .order(ByteOrder.LITTLE_ENDIAN);
        String header = new String(bytes.array(), 8, (int) bytes.getLong(0), StandardCharsets.UTF_8);
        List<Float> values = new ArrayList<>();
        for (int head = 0; head < heads; head++) {
            String entry = header.substring(header.indexOf('"' + norm(layer, kind, head) + '"'));
            int start = entry.indexOf("offsets\":[") + 10;
            int offset = Integer.parseInt(entry.substring(start, entry.indexOf(',', start)));
            for (int i = 0; i < 16; i++) {
                int bits = bytes.getShort(8 + header.length() + offset + 2 * i);
                values.add(Float.intBitsToFloat(bits << 16));
            }
        }
        return values;
    }

    /** The class of transformers gives each head keys of its own, and the model shares them among all. */
    @ParameterizedTest
    @CsvSource({"'\"num_kv_heads\": 1', '\"num_kv_heads\": 4'", "'\"num_kv_heads\": 1,', ''"})
    void falcon7b_numberOfKeyHeads_isThatOfTheModel(String given, String instead) throws IOException {
        Golden golden = Golden.named("falcon").withConfig(given, instead);
        try (GgufFile file = converted(golden)) {
            assertThat(new GgufText(file).tensors())
                    .isEqualTo(GgufText.rows(golden.outputs().get(0).tensors()));
            assertThat(file.metadata().integer("falcon.attention.head_count_kv"))
                    .isEqualTo(1);
        }
    }

    @Test
    void gpt2_masksAmongTheWeights_areLeftOut() throws IOException {
        Golden golden = Golden.named("gpt2-bare")
                .withConfig("\"n_ctx\": 256,", "")
                .withTensor("h.0.attn.bias", "w", 1, 1, 8, 8)
                .withTensor("h.1.attn.masked_bias", "w", 1);
        try (GgufFile file = converted(golden)) {
            assertThat(new GgufText(file).tensors())
                    .isEqualTo(GgufText.rows(golden.outputs().get(0).tensors()));
            assertThat(file.metadata().integer("gpt2.context_length")).isEqualTo(256);
        }
    }

    @Test
    void gptNeoX_hasItsFileTypeAndBase() throws IOException {
        Golden golden = Golden.named("gptneox")
                .withConfig("\"rotary_emb_base\": 10000", "\"rotary_emb_base\": 25000")
                .withConfig("\"rope_theta\": 10000", "\"rope_theta\": 25000");
        try (GgufFile file = converted(golden)) {
            assertThat(file.metadata().integer("general.file_type")).isEqualTo(1);
            assertThat(file.metadata().number("gptneox.rope.freq_base")).isEqualTo(25_000);
        }
    }

    @Test
    void exaone_hasTheNumberOfItsNormsWhereItIsRead() throws IOException {
        try (GgufFile file = converted(Golden.named("exaone"))) {
            assertThat(file.metadata().number("exaone.attention.layer_norm_rms_epsilon"))
                    .isEqualTo(1e-5f);
        }
    }

    @Test
    void hunyuan_endsWhereItsConfigurationSays() throws IOException {
        try (GgufFile file = converted(Golden.named("hunyuan-alpha"))) {
            assertThat(file.metadata().integer("tokenizer.ggml.eos_token_id")).isEqualTo(503);
            assertThat(file.metadata().integer("tokenizer.ggml.eot_token_id")).isEqualTo(504);
        }
    }

    @Test
    void exaone4_withoutLayerTypes_slidesByItsWindow() throws IOException {
        Golden without = Golden.named("exaone4").withConfig("\"layer_types\": \\[[^]]*],", "");
        try (GgufFile file = converted(without)) {
            assertThat(file.metadata().keys()).noneMatch(key -> key.contains("sliding_window"));
        }
        Golden missing = Golden.named("exaone4-swa")
                .withConfig("\"layer_types\": \\[[^]]*],", "")
                .withConfig("\"sliding_window\": 16,", "");
        try (GgufFile file = converted(missing)) {
            assertThat(file.metadata().integer("exaone4.attention.sliding_window"))
                    .isEqualTo(4096);
            GgufArray pattern = file.metadata().array("exaone4.attention.sliding_window_pattern");
            assertThat(List.of(pattern.bool(0), pattern.bool(1), pattern.bool(2), pattern.bool(3)))
                    .containsExactly(true, true, true, false);
        }
    }

    @Test
    void ernie_olderNames_areTheSameTensors() throws IOException {
        Golden golden = Golden.named("ernie45");
        List<JsonValue> renamed = golden.list("tensors").stream()
                .<JsonValue>map(row -> {
                    List<JsonValue> cells = new ArrayList<>(row.items().orElseThrow());
                    String name = cells.get(0).text().orElseThrow();
                    cells.set(0, new JsonValue.Text(name.replace("model.", "ernie.")));
                    return new JsonValue.Items(cells);
                })
                .toList();
        try (GgufFile file = converted(golden.with("tensors", new JsonValue.Items(renamed)))) {
            assertThat(file.tensors().stream().map(TensorInfo::name))
                    .containsExactlyElementsOf(golden.outputs().get(0).tensors().stream()
                            .map(row -> row.get(0).text().orElseThrow())
                            .toList());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ministral3, '\"model_type\": \"ministral3\"', '\"model_type\": \"mistral4\"', its text model is Mistral 4",
        "ministral3, '\"llama_4_scaling_beta\": 0.1,', '', lack yarn",
        "exaone, '\"silu\"', '\"gelu\"', its activation function is gelu",
        "hunyuan-alpha, '\"max_position_embeddings\": 32768', '\"max_position_embeddings\": 4096', has the base 10000.0 and 4096",
        "minicpm, '\"dim_model_base\": 16,', '', dim_model_base is missing",
        "minicpm, '\"scale_emb\": 12,', '\"scale_emb\": -12,', scale_emb is -12.0",
        "minicpm3, '\"qk_rope_head_dim\": 16', '\"qk_rope_head_dim\": 8', 8 factors where 4 are needed",
        "gptneox, '\"num_attention_heads\": 4', '\"num_attention_heads\": 5', are none of 5 query heads"
    })
    void configuration_thatCannotBeMet_isRefused(String name, String given, String instead, String said) {
        Golden golden = Golden.named(name).withConfig(given, instead);
        assertThatThrownBy(() -> converted(golden))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining(said);
    }

    @Test
    void cohere2_biasThatIsNotZero_isRefused() {
        Golden golden = Golden.named("cohere2-zeros").withTensor("model.layers.0.self_attn.k_proj.bias", "w", 32);
        assertThatThrownBy(() -> converted(golden))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("model.layers.0.self_attn.k_proj.bias is not zero everywhere");
    }

    @Test
    void apertus_layerWithoutItsNumbers_isRefused() {
        Golden golden = Golden.named("apertus").withoutTensor("model.layers.1.mlp.act_fn.beta");
        assertThatThrownBy(() -> converted(golden))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("not each of its 2 layers has beta");
        Golden twice = Golden.named("apertus")
                .withoutTensor("model.layers.1.mlp.act_fn.beta")
                .withTensor("model.layers.1.mlp.act_fn.beta", "w", 2)
                .with("directory", new JsonValue.Text("twice"));
        assertThatThrownBy(() -> converted(twice))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("is no single number");
    }

    @Test
    void glm4_tokenizerWithoutItsTurns_isRefused() {
        Golden golden = Golden.named("glm4").with("tokenizer", new JsonValue.Text("bpe-gpt2"));
        assertThatThrownBy(() -> converted(golden))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("there is no added token <|user|>");
    }

    private GgufFile converted(Golden golden) {
        return converted(new CheckpointFixture(golden).write(folder, "full"), golden);
    }

    private static GgufFile converted(Path checkpoint, Golden golden) {
        ConversionOptions options = golden.options().withType(OutputType.F16);
        try (Conversion conversion = Conversion.of(checkpoint, options)) {
            return GgufFile.open(conversion.write(checkpoint.resolve("out.gguf"), ConversionListener.NONE));
        }
    }

    private static List<Float> floats(GgufFile file, String name) {
        TensorInfo tensor = file.tensor(name).orElseThrow();
        ByteBuffer data = ByteBuffer.allocate((int) tensor.sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
        file.read(tensor, 0, data);
        List<Float> values = new ArrayList<>();
        for (int i = 0; i < data.capacity(); i += Float.BYTES) {
            values.add(data.getFloat(i));
        }
        return values;
    }
}
