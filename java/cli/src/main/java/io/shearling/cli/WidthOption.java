package io.shearling.cli;

import io.shearling.recipes.prune.WidthOptions;
import io.shearling.recipes.prune.WidthScore;
import io.shearling.recipes.prune.WidthShares;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** How narrow the layers become. */
final class WidthOption {
    /** Reads a share that stays. */
    static final class Share implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            try {
                double share = Double.parseDouble(text);
                if (share > 0 && share < 1) {
                    return share;
                }
            } catch (NumberFormatException e) {
                // The same sentence.
            }
            throw new TypeConversionException(
                    "must be a number from 0 to 1, neither of them: the share that stays, as 0.8");
        }
    }

    /** Reads the name of a score. */
    static final class Score implements ITypeConverter<WidthScore> {
        @Override
        public WidthScore convert(String text) {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "flap" -> WidthScore.FLAP;
                case "wanda" -> WidthScore.WANDA;
                case "minitron" -> WidthScore.MINITRON;
                default -> throw new TypeConversionException("must be flap, wanda or minitron");
            };
        }
    }

    @Option(
            names = "--ffn",
            paramLabel = "SHARE",
            converter = Share.class,
            description =
                    "The share of the neurons of the feed-forward parts that stays, as 0.8: those that --text shows to matter.")
    private @Nullable Double feedForward;

    @Option(
            names = "--heads",
            paramLabel = "SHARE",
            converter = Share.class,
            description =
                    "The share of the key/value heads that stays, each with all of its queries; found as with --ffn.")
    private @Nullable Double heads;

    @Option(
            names = "--hidden",
            paramLabel = "SHARE",
            converter = Share.class,
            description =
                    "The share of the elements of the state between the layers that stays, the largest ones. Costs much.")
    private @Nullable Double hidden;

    @Option(
            names = "--score",
            paramLabel = "SCORE",
            converter = Score.class,
            description =
                    "What matters to neurons and heads. flap: how much an input varies, times its weights; wanda: how large it"
                            + " is, times its weights; minitron: how large it is. Default: flap.")
    private @Nullable WidthScore score;

    @Option(
            names = "--no-bias",
            description = "Leave no bias in the place of what goes. It would give what that gave on the mean.")
    private boolean noBias;

    @Option(
            names = "--layerwise",
            description =
                    "The same share in all layers. Default: scores decide over all of them, and layers become different.")
    private boolean layerwise;

    @Option(
            names = "--multiple",
            paramLabel = "N",
            converter = NumberRange.Neurons.class,
            description =
                    "Neurons and elements of the state stay in multiples of N. Default: 256, which the k-quants need, where the model has such; else of 32, or any.")
    private @Nullable Integer multiple;

    /** What was asked for; empty for nothing. */
    Optional<WidthOptions> options(TextChoice text) {
        if (feedForward == null && heads == null && hidden == null) {
            String lonely = score != null
                    ? "--score"
                    : noBias ? "--no-bias" : layerwise ? "--layerwise" : multiple != null ? "--multiple" : null;
            if (lonely != null) {
                throw new UsageException(
                        lonely + " is about --ffn, --heads and --hidden; give one of them, or leave it out");
            }
            return Optional.empty();
        }
        return Optional.of(new WidthOptions(
                new WidthShares(
                        feedForward == null ? 1 : feedForward, heads == null ? 1 : heads, hidden == null ? 1 : hidden),
                score == null ? WidthScore.FLAP : score,
                !noBias,
                layerwise,
                multiple == null ? 0 : multiple,
                text.text(feedForward != null ? "--ffn" : heads != null ? "--heads" : "--hidden"),
                text.options()));
    }
}
