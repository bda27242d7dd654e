package io.shearling.recipes.evaluate;

import io.shearling.runtime.Model;
import io.shearling.runtime.error.ShearlingException;
import io.shearling.runtime.measure.StatisticsCollector;
import io.shearling.runtime.measure.StatisticsSettings;
import java.util.Arrays;
import java.util.List;

/** Where in a model activations stop being numbers: its logits do not tell, a look at each weight's inputs does. */
final class BrokenActivations {
    private static final int LEAST_TOKENS = 16;

    private BrokenActivations() {}

    /** Whether a failure says that a model computes what are no numbers. */
    static boolean areIn(ShearlingException failure) {
        return String.valueOf(failure.getMessage()).contains("computes values that are no numbers");
    }

    /**
     * The failure, with the first weight that is multiplied with such values, where one is found.
     *
     * @param tokens of the chunks in which it came up
     */
    static ShearlingException located(
            ShearlingException failure, Model model, int[] tokens, EvaluationOptions options) {
        int chunk = options.contextTokens();
        if (chunk < LEAST_TOKENS) {
            return failure;
        }
        StatisticsSettings settings = new StatisticsSettings(chunk, options.threads(), true, List.of());
        try (StatisticsCollector collector = new StatisticsCollector(model, settings)) {
            for (int from = 0; from + chunk <= tokens.length; from += chunk) {
                collector.add(Arrays.copyOfRange(tokens, from, from + chunk));
            }
        } catch (ShearlingException found) {
            return new ShearlingException(failure.code(), failure.getMessage() + "; " + found.getMessage(), failure);
        }
        return failure;
    }
}
