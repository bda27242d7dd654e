package io.shearling.convert.golden;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.shearling.convert.Conversion;
import io.shearling.convert.ConversionListener;
import io.shearling.convert.ConversionOptions;
import io.shearling.convert.ConvertException;
import io.shearling.convert.OutputType;
import io.shearling.convert.export.Export;
import io.shearling.convert.export.ExportOptions;
import io.shearling.convert.export.ExportReport;
import io.shearling.convert.export.ExportedTensor;
import io.shearling.formats.gguf.GgufArray;
import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufMetadata;
import io.shearling.formats.gguf.GgufValue;
import io.shearling.formats.gguf.GgufWriter;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.json.JsonTree;
import io.shearling.formats.json.JsonValue;
import io.shearling.formats.json.StrictJson;
import io.shearling.formats.row.BFloat16;
import io.shearling.formats.row.RowDecoder;
import io.shearling.formats.safetensors.SafetensorsFile;
import io.shearling.formats.safetensors.SafetensorsTensor;
import io.shearling.formats.safetensors.SafetensorsType;
import io.shearling.formats.tensor.TensorType;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportTest {
    private static final String TYPES = "tokenizer.ggml.token_type";
    private static final int UNKNOWN = 2;
    private static final int USER_DEFINED = 4;

    @TempDir
    private Path folder = Path.of("");

    private Path convert(String fixture, OutputType type) {
        Path checkpoint = new CheckpointFixture(Golden.named(fixture)).write(folder, "full");
        try (Conversion conversion = Conversion.of(checkpoint, ConversionOptions.DEFAULT.withType(type))) {
            return conversion.write(folder.resolve("model.gguf"), ConversionListener.NONE);
        }
    }

    /** The same file with other keys. */
    private Path changed(Path model, UnaryOperator<GgufMetadata.Builder> change) {
        try (GgufFile file = GgufFile.open(model)) {
            GgufWriter.Builder plan = GgufWriter.to(folder.resolve("changed.gguf"))
                    .metadata(change.apply(file.metadata().toBuilder()).build());
            file.tensors().forEach(tensor -> plan.tensor(tensor.name(), tensor.type(), tensor.shape()));
            try (GgufWriter writer = plan.open()) {
                for (TensorInfo tensor : file.tensors()) {
                    writer.write(tensor.name(), file.view(tensor, 0, (int) tensor.sizeBytes()));
                }
                return writer.commit();
            }
        }
    }

    private ExportReport export(Path model, ExportOptions options) {
        try (Export export = Export.of(model, options)) {
            return export.write(folder.resolve("back"), ConversionListener.NONE);
        }
    }

    @Test
    void write_quantizedModel_hasTheValuesRoundedOnce() {
        Path model = convert("qwen2", OutputType.Q8_0);
        try (Export export = Export.of(model, ExportOptions.DEFAULT);
                GgufFile file = GgufFile.open(model)) {
            ExportedTensor up = export.tensors().stream()
                    .filter(tensor -> tensor.name().equals("model.layers.1.mlp.up_proj.weight"))
                    .findFirst()
                    .orElseThrow();
            assertThat(up.dequantized()).isTrue();
            assertThat(up.from()).isEqualTo(TensorType.Q8_0);
            assertThat(up.type()).isEqualTo(SafetensorsType.BF16);
            export.write(folder.resolve("back"), ConversionListener.NONE);
            TensorInfo stored = file.tensor("blk.1.ffn_up.weight").orElseThrow();
            float[] values = new float[(int) stored.shape().elements()];
            RowDecoder.forType(TensorType.Q8_0)
                    .decode(TensorType.Q8_0, file.view(stored, 0, (int) stored.sizeBytes()), values, 0, values.length);
            short[] written = new short[values.length];
            read(folder.resolve("back/model.safetensors"), up.name())
                    .asShortBuffer()
                    .get(written);
            for (int i = 0; i < values.length; i++) {
                assertThat(written[i]).isEqualTo(BFloat16.fromFloat(values[i]));
            }
        }
    }

    private static ByteBuffer read(Path path, String name) {
        try (SafetensorsFile file = SafetensorsFile.open(path)) {
            SafetensorsTensor tensor = file.header().tensors().stream()
                    .filter(one -> one.name().equals(name))
                    .findFirst()
                    .orElseThrow();
            ByteBuffer data = ByteBuffer.allocate((int) tensor.sizeBytes()).order(ByteOrder.LITTLE_ENDIAN);
            file.read(tensor, 0, data);
            return data.flip();
        }
    }

    @Test
    void write_smallShards_hasAnIndexThatConvertsBack() throws IOException {
        Path model = convert("llama", OutputType.BF16);
        ExportReport report = export(model, new ExportOptions(SafetensorsType.F32, 100_000));
        assertThat(report.notes()).isEmpty();
        assertThat(report.files())
                .hasSizeGreaterThan(2)
                .allMatch(name -> name.endsWith(String.format(
                        Locale.ROOT, "-of-%05d.safetensors", report.files().size())));
        for (String name : report.files()) {
            assertThat(Files.size(report.folder().resolve(name))).isLessThan(100_000 + 8192);
        }
        try (Conversion back = Conversion.of(report.folder(), ConversionOptions.DEFAULT)) {
            assertThat(back.tensors()).hasSize(21);
        }
    }

    @Test
    void write_keyThatHasNoPlace_isTold() {
        Path model = changed(convert("llama", OutputType.F16), keys -> keys.put("llama.rope.freq_scale", "odd"));
        assertThat(export(model, ExportOptions.DEFAULT).notes())
                .containsExactly("The key llama.rope.freq_scale has no place in the checkpoint.");
    }

    @Test
    void write_tokenOfAnotherKind_isToldWithItsNumber() {
        // It looks special, so that it is a control token for converters whatever it says.
        Path model = changed(convert("qwen2", OutputType.F16), keys -> keys.put(TYPES, kinds(keys, 502, USER_DEFINED)));
        assertThat(export(model, ExportOptions.DEFAULT).notes())
                .containsExactly(
                        "Of the 512 values of the key tokenizer.ggml.token_type 1 would come back otherwise, the"
                                + " first of them, at 502, as 3 instead of 4.");
    }

    @Test
    void write_numberWithoutATokenThatIsCalledUnknown_isNoToken() throws IOException {
        Path model = changed(convert("llama-spm", OutputType.F16), keys -> {
            List<String> texts =
                    new ArrayList<>(keys.build().array("tokenizer.ggml.tokens").strings());
            texts.set(510, "[PAD510]");
            return keys.put("tokenizer.ggml.tokens", GgufArray.ofStrings(texts)).put(TYPES, kinds(keys, 510, UNKNOWN));
        });
        export(model, ExportOptions.DEFAULT);
        assertThat(folder.resolve("back/tokenizer.json")).content().doesNotContain("[PAD510]");
    }

    private static GgufArray kinds(GgufMetadata.Builder keys, int id, int kind) {
        long[] kinds = keys.build().array(TYPES).integers();
        kinds[id] = kind;
        return GgufArray.ofInts(Arrays.stream(kinds).mapToInt(Math::toIntExact).toArray());
    }

    @Test
    void write_bertThatNamesNoEnds_hasThemAroundTexts() {
        Path model = changed(convert("bert", OutputType.F16), keys -> {
            int begin = (int) keys.build().integer("tokenizer.ggml.bos_token_id");
            for (String key : List.of("bos_token_id", "eos_token_id", "add_bos_token", "add_eos_token")) {
                keys.remove("tokenizer.ggml." + key);
            }
            return keys.put("tokenizer.ggml.cls_token_id", GgufValue.u32(begin));
        });
        export(model, ExportOptions.DEFAULT);
        try (Conversion back = Conversion.of(folder.resolve("back"), ConversionOptions.DEFAULT)) {
            assertThat(back.metadata().integer("tokenizer.ggml.bos_token_id")).isEqualTo(2);
            assertThat(back.metadata().integer("tokenizer.ggml.eos_token_id")).isEqualTo(3);
            assertThat(back.metadata().bool("tokenizer.ggml.add_bos_token")).isTrue();
            assertThat(back.metadata().bool("tokenizer.ggml.add_eos_token")).isTrue();
        }
    }

    @Test
    void of_otherArchitecture_saysWhichThereAre() {
        Path model = changed(convert("llama", OutputType.F16), keys -> keys.put("general.architecture", "rwkv7"));
        assertThatThrownBy(() -> Export.of(model, ExportOptions.DEFAULT))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("rwkv7")
                .hasMessageContaining("llama, qwen2, qwen3");
    }

    @Test
    void of_unknownPreTokenizer_isRefused() {
        Path model = changed(convert("llama", OutputType.F16), keys -> keys.put("tokenizer.ggml.pre", "superbpe"));
        assertThatThrownBy(() -> Export.of(model, ExportOptions.DEFAULT))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("\"superbpe\"");
    }

    @Test
    void of_foreignFactorsOfFrequencies_areRefused() {
        Path model = changed(
                convert("llama-tied", OutputType.F16), keys -> keys.put("llama.rope.freq_base", GgufValue.f32(77)));
        assertThatThrownBy(() -> Export.of(model, ExportOptions.DEFAULT))
                .isInstanceOf(ConvertException.class)
                .hasMessageContaining("rope_freqs.weight");
    }

    @Test
    void write_folderWithFiles_isRefusedAndKept() throws IOException {
        Path model = convert("llama", OutputType.F16);
        Path there = Files.createDirectory(folder.resolve("back"));
        Files.writeString(there.resolve("mine.txt"), "mine");
        assertThatThrownBy(() -> export(model, ExportOptions.DEFAULT)).isInstanceOf(ConvertException.class);
        assertThat(there.resolve("mine.txt")).hasContent("mine");
        assertThat(folder.resolve("back.part")).doesNotExist();
    }

    @Test
    void write_interrupted_leavesNothing() throws IOException {
        Path model = convert("llama", OutputType.F16);
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> export(model, ExportOptions.DEFAULT)).isInstanceOf(RuntimeException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> String.valueOf(file.getFileName())))
                    .noneMatch(name -> name.startsWith("back"));
        }
    }

    /** The tokenizer that transformers makes of the same SentencePiece model. */
    @Test
    void write_sentencePieceModel_hasTheMergesOfTransformers() throws IOException {
        export(convert("llama-spm", OutputType.F16), ExportOptions.DEFAULT);
        assertThat(merges(folder.resolve("back/tokenizer.json")))
                .isEqualTo(merges(Golden.folder("tokenizers").resolve("hf-llama/tokenizer.json")))
                .hasSizeGreaterThan(100);
    }

    private static List<JsonValue> merges(Path path) throws IOException {
        JsonValue file = JsonTree.read(StrictJson.within(32, 1 << 20), Files.newInputStream(path));
        List<JsonValue> merges = new ArrayList<>();
        file.fields()
                .flatMap(fields -> fields.find("model"))
                .flatMap(JsonValue::fields)
                .flatMap(model -> model.find("merges"))
                .flatMap(JsonValue::items)
                .ifPresent(merges::addAll);
        return merges;
    }
}
