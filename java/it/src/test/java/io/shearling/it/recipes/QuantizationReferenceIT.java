package io.shearling.it.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.convert.Conversion;
import io.shearling.convert.ConversionListener;
import io.shearling.convert.ConversionOptions;
import io.shearling.convert.OutputType;
import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.preset.QuantizationPreset;
import io.shearling.formats.preset.TypeRequest;
import io.shearling.formats.preset.TypeSettings;
import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.quantize.ColumnImportance;
import io.shearling.recipes.quantize.Quantization;
import io.shearling.recipes.quantize.QuantizationOptions;
import io.shearling.recipes.statistics.Importance;
import io.shearling.recipes.statistics.ImportanceFile;
import io.shearling.testkit.TinyCheckpoint;
import io.shearling.testkit.reference.ReferenceTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files of every mix are those of llama-quantize, byte for byte: keys, types, order and data. */
class QuantizationReferenceIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** Of rows that are whole blocks of every type, with heads in groups of four; and of rows that are not. */
    private static final List<TinyCheckpoint> CHECKPOINTS =
            List.of(new TinyCheckpoint(256, 9, 8, 2, 1), new TinyCheckpoint(96, 3, 4, 4, 2));

    @TempDir
    private Path folder = Path.of("");

    /** For rows that fit no block of q1_0 llama-quantize has no other type; here they get f16. */
    static Set<QuantizationPreset> mixes() {
        return EnumSet.complementOf(EnumSet.of(QuantizationPreset.Q1_0));
    }

    static Set<QuantizationPreset> mixesWithoutImportance() {
        Set<QuantizationPreset> mixes = EnumSet.copyOf(mixes());
        mixes.removeAll(EnumSet.of(
                QuantizationPreset.IQ1_S,
                QuantizationPreset.IQ1_M,
                QuantizationPreset.IQ2_XXS,
                QuantizationPreset.IQ2_XS,
                QuantizationPreset.IQ2_S,
                QuantizationPreset.IQ2_M,
                QuantizationPreset.IQ3_XXS,
                QuantizationPreset.IQ3_XS,
                QuantizationPreset.Q2_K_S));
        return mixes;
    }

    @ParameterizedTest
    @MethodSource("mixesWithoutImportance")
    void write_mix_isThatOfUpstream(QuantizationPreset mix) throws IOException {
        for (TinyCheckpoint checkpoint : CHECKPOINTS) {
            assertSame(plain(checkpoint), QuantizationOptions.of(mix), List.of());
        }
    }

    @ParameterizedTest
    @MethodSource("mixes")
    void write_mixWithImportance_isThatOfUpstream(QuantizationPreset mix) throws IOException {
        for (TinyCheckpoint checkpoint : CHECKPOINTS) {
            Path plain = plain(checkpoint);
            Path matrix = importance(plain);
            assertSame(
                    plain,
                    QuantizationOptions.of(mix).withImportance(ColumnImportance.of(matrix)),
                    List.of("--imatrix", matrix.toString()));
        }
    }

    @Test
    void write_typesByTensor_isThatOfUpstream() throws IOException {
        TypeSettings settings = TypeSettings.NONE
                .withRequests(List.of(
                        new TypeRequest(Pattern.compile("blk\\.[0-3]\\.ffn_(up|down)"), TensorType.Q6_K),
                        new TypeRequest(Pattern.compile("attn_v"), TensorType.IQ4_NL)))
                .withEmbedding(TensorType.Q5_K);
        assertSame(
                plain(CHECKPOINTS.get(0)),
                QuantizationOptions.of(QuantizationPreset.Q4_K_M).withSettings(settings),
                List.of(
                        "--tensor-type",
                        "blk\\.[0-3]\\.ffn_(up|down)=q6_k",
                        "--tensor-type",
                        "attn_v=iq4_nl",
                        "--token-embedding-type",
                        "q5_k"));
    }

    @Test
    void write_pureAndOutputKept_isThatOfUpstream() throws IOException {
        assertSame(
                plain(CHECKPOINTS.get(0)),
                QuantizationOptions.of(QuantizationPreset.Q3_K_L)
                        .withSettings(TypeSettings.NONE.withPure().withOutputKept()),
                List.of("--pure", "--leave-output-tensor"));
    }

    private void assertSame(Path plain, QuantizationOptions options, List<String> more) throws IOException {
        Path expected = folder.resolve("expected.gguf");
        Path actual = folder.resolve("actual.gguf");
        List<String> arguments = new ArrayList<>(more);
        arguments.addAll(List.of(
                plain.toString(),
                expected.toString(),
                options.preset().orElseThrow().name()));
        ReferenceTools.find().run("llama-quantize", LIMIT, arguments.toArray(String[]::new));
        try (Quantization quantization = Quantization.of(plain, options)) {
            quantization.write(actual, SplitRule.NONE, (done, all) -> {});
        }
        assertThat(Files.mismatch(actual, expected)).as("first other byte").isEqualTo(-1);
    }

    private Path plain(TinyCheckpoint checkpoint) {
        Path source = checkpoint.write(folder.resolve("width-" + checkpoint.width()));
        try (Conversion conversion = Conversion.of(source, ConversionOptions.DEFAULT.withType(OutputType.BF16))) {
            return conversion.write(folder.resolve(checkpoint.width() + ".gguf"), ConversionListener.NONE);
        }
    }

    /** As uneven as activations are: a few columns matter a hundred times more. */
    private Path importance(Path model) {
        Random random = new Random(1);
        List<Importance> all = new ArrayList<>();
        try (GgufFile file = GgufFile.open(model)) {
            for (TensorInfo tensor : file.tensors()) {
                if (tensor.name().startsWith("blk.") && tensor.shape().rank() > 1) {
                    float[] squares = new float[(int) tensor.shape().columns()];
                    for (int i = 0; i < squares.length; i++) {
                        double normal = random.nextGaussian();
                        squares[i] = (float) (512 * Math.exp(2 * normal));
                    }
                    all.add(new Importance(tensor.name(), squares, new float[] {512}));
                }
            }
        }
        return new ImportanceFile(List.of("seeded"), 1, 512, all).write(folder.resolve("importance.gguf"));
    }
}
