package io.shearling.recipes.compress;

import io.shearling.recipes.Text;
import io.shearling.recipes.recipe.Recipe;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

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
     * All layers that are gone, by their numbers in the original, ascending.
     *
     * @param blockCount layers of the original
     */
    public List<Integer> removedLayers(int blockCount) {
        List<Integer> left =
                new ArrayList<>(IntStream.range(0, blockCount).boxed().toList());
        List<Integer> removed = new ArrayList<>();
        for (StepReport step : steps) {
            List<Integer> gone =
                    step.outcome().removedLayers().stream().map(left::get).toList();
            removed.addAll(gone);
            left.removeAll(gone);
        }
        return removed.stream().sorted().toList();
    }

    /** The last step, whose model is the result. */
    public StepReport result() {
        return steps.get(steps.size() - 1);
    }
}
