package io.shearling.it.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.convert.Conversion;
import io.shearling.convert.ConversionListener;
import io.shearling.convert.ConversionOptions;
import io.shearling.convert.OutputType;
import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.preset.QuantizationPreset;
import io.shearling.recipes.quantize.Quantization;
import io.shearling.recipes.quantize.QuantizationOptions;
import io.shearling.testkit.TinyCheckpoint;
import io.shearling.testkit.reference.ReferenceTools;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files of every mix are those of llama-quantize, byte for byte. */
class QuantizationReferenceIT {
    private static final Duration LIMIT = Duration.ofMinutes(2);

    /** Of rows that are whole blocks of every type, with heads in groups of four; and of rows that are not. */
    private static final List<TinyCheckpoint> CHECKPOINTS =
            List.of(new TinyCheckpoint(256, 9, 8, 2, 1), new TinyCheckpoint(96, 3, 4, 4, 2));

    @TempDir
    private Path folder = Path.of("");

    static Stream<QuantizationPreset> mixes() {
        // For rows that do not fit a block of q1_0 llama-quantize has no other type; here they get f16.
        return Arrays.stream(QuantizationPreset.values()).filter(mix -> mix != QuantizationPreset.Q1_0);
    }

    @ParameterizedTest
    @MethodSource("mixes")
    void write_mix_isThatOfUpstream(QuantizationPreset mix) throws IOException {
        ReferenceTools tools = ReferenceTools.find();
        for (TinyCheckpoint checkpoint : CHECKPOINTS) {
            Path plain = plain(checkpoint);
            Path expected = folder.resolve(checkpoint.width() + "-expected.gguf");
            Path actual = folder.resolve(checkpoint.width() + "-actual.gguf");
            tools.run("llama-quantize", LIMIT, plain.toString(), expected.toString(), mix.name());
            try (Quantization quantization = Quantization.of(plain, QuantizationOptions.of(mix))) {
                quantization.write(actual, SplitRule.NONE, (done, all) -> {});
            }
            assertThat(Files.mismatch(actual, expected)).isEqualTo(-1);
        }
    }

    private Path plain(TinyCheckpoint checkpoint) {
        Path source = checkpoint.write(folder.resolve("width-" + checkpoint.width()));
        try (Conversion conversion = Conversion.of(source, ConversionOptions.DEFAULT.withType(OutputType.BF16))) {
            return conversion.write(folder.resolve(checkpoint.width() + ".gguf"), ConversionListener.NONE);
        }
    }
}
