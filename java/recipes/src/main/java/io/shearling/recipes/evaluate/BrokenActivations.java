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

    /**
     * The failure, with the first weight that is multiplied with such values, where one is found.
     *
     * @param models of which one has it
     * @param tokens of the chunks in which it came up
     */
    static ShearlingException located(
            ShearlingException failure, List<Model> models, int[] tokens, EvaluationOptions options) {
        int chunk = options.contextTokens();
        if (chunk < LEAST_TOKENS) {
            return failure;
        }
        StatisticsSettings settings = new StatisticsSettings(chunk, options.threads(), true, List.of());
        for (Model model : models) {
            try (StatisticsCollector collector = new StatisticsCollector(model, settings)) {
                for (int from = 0; from + chunk <= tokens.length; from += chunk) {
                    collector.add(Arrays.copyOfRange(tokens, from, from + chunk));
                }
            } catch (ShearlingException found) {
                String both = failure.getMessage() + "; " + found.getMessage();
                return found.code() == failure.code() ? new ShearlingException(failure.code(), both, failure) : failure;
            }
        }
        return failure;
    }
}
