package io.shearling.cli;

import io.shearling.recipes.quantize.GptqSettings;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code quantize} about rounding. */
final class RoundingChoice {
    /** How a weight finds its place. */
    enum Rounding {
        /** The nearest value that its block has. */
        NEAREST,
        /** With what the weights before it in its row have lost. */
        GPTQ;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Option(
            names = "--rounding",
            paramLabel = "HOW",
            description =
                    "nearest, or gptq: what the rounding of a weight loses, the ones after it in its row make good as far as"
                            + " --text shows that they can. The file is of the same types and size. Default: nearest.")
    private Rounding rounding = Rounding.NEAREST;

    @Option(
            names = "--rounding-chunks",
            paramLabel = "N",
            converter = NumberRange.StatisticsChunks.class,
            description = "Most chunks of the text to read for gptq; 0 for all. Default: 64.")
    private @Nullable Integer chunks;

    @Option(
            names = "--quantized-inputs",
            description =
                    "Round each block for what the quantized blocks before it give, and make good what that is off. The best"
                            + " result; takes longer, and needs room for a block in plain floats beside the output.")
    private boolean quantizedInputs;

    /** What is asked for; empty where weights become the nearest values. */
    Optional<GptqSettings> gptq(CalibrationChoice calibration) {
        if (rounding == Rounding.NEAREST) {
            if (quantizedInputs || chunks != null) {
                throw new UsageException((quantizedInputs ? "--quantized-inputs" : "--rounding-chunks")
                        + " is about --rounding gptq; ask for that, or leave it out");
            }
            return Optional.empty();
        }
        GptqSettings settings = GptqSettings.of(calibration.text("--rounding gptq"));
        settings = settings.withChunks(calibration.chunkTokens(), chunks == null ? settings.chunks() : chunks);
        return Optional.of(quantizedInputs ? settings.withQuantizedInputs() : settings);
    }
}
