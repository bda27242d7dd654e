package io.shearling.recipes.evaluate;

/**
 * How often a model finds the right answer likeliest, as shares of 1.
 *
 * @param model file of the model
 * @param tasks name of the tasks' file
 * @param count tasks
 * @param chance share of a guess
 * @param accuracy where the whole log-probability of an answer decides ("acc")
 * @param byteAccuracy where the log-probability a byte of it decides ("acc_norm")
 * @param tokenAccuracy where that a token decides, as in llama-perplexity {@code --hellaswag}
 */
public record ChoiceReport(
        String model,
        String tasks,
        int count,
        double chance,
        Estimate accuracy,
        Estimate byteAccuracy,
        Estimate tokenAccuracy) {}
