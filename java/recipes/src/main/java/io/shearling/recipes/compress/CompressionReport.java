package io.shearling.recipes.compress;

import io.shearling.recipes.Text;
import io.shearling.recipes.prune.PackedLayer;
import io.shearling.recipes.prune.ResidualBlock;
import io.shearling.recipes.recipe.Recipe;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a recipe made of a model.
 *
 * @param source the original
 * @param sourceKey sha256 of its bytes
 * @param sourceBytes of its files
 * @param evaluation the text that was measured on
 * @param calibration the text that steps have read; empty where none did
 * @param steps in order, each with what it cost
 * @param baseline mixes of the original, the largest first
 * @param influence of each layer of the original, 0 to 1: how much it turns the hidden state; empty without a text to see it with
 * @param failures what keeps the gate shut, a clause each
 * @param published the model, its manifest and its report; empty where the gate is shut
 */
public record CompressionReport(
        Recipe recipe,
        Path source,
        String sourceKey,
        long sourceBytes,
        Text evaluation,
        Optional<Text> calibration,
        List<StepReport> steps,
        List<BaselineModel> baseline,
        List<Double> influence,
        List<String> failures,
        Optional<Published> published) {
    /**
     * What was written.
     *
     * @param sizeBytes of the model
     */
    public record Published(Path model, long sizeBytes, Path manifest, Path page) {}

    public CompressionReport {
        steps = List.copyOf(steps);
        baseline = List.copyOf(baseline);
        influence = List.copyOf(influence);
        failures = List.copyOf(failures);
    }

    /** The same, published. */
    CompressionReport published(Published written) {
        return new CompressionReport(
                recipe,
                source,
                sourceKey,
                sourceBytes,
                evaluation,
                calibration,
                steps,
                baseline,
                influence,
                failures,
                Optional.of(written));
    }

    /**
     * The attention and feed-forward parts that are gone, of the original, ascending.
     *
     * @param blockCount layers of the original
     */
    public List<ResidualBlock> removed(int blockCount) {
        List<PackedLayer> all =
                IntStream.range(0, blockCount).mapToObj(PackedLayer::whole).toList();
        List<PackedLayer> left = all;
        for (StepReport step : steps) {
            List<PackedLayer> before = left;
            List<PackedLayer> made = step.outcome().layers();
            left = made.isEmpty()
                    ? before
                    : made.stream().map(layer -> layer.through(before)).toList();
        }
        List<PackedLayer> end = left;
        return all.stream()
                .flatMap(layer -> Stream.of(layer.attention(), layer.feedForward()))
                .flatMap(Optional::stream)
                .filter(block -> end.stream().noneMatch(layer -> layer.has(block)))
                .toList();
    }

    /** The last step, whose model is the result. */
    public StepReport result() {
        return steps.get(steps.size() - 1);
    }
}
