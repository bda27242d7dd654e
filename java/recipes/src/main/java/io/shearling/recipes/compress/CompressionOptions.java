package io.shearling.recipes.compress;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a recipe is run. Immutable.
 *
 * @param workspace folder for what the steps make; it stays, and is the same for all recipes
 * @param profiles folder with the speeds of this machine
 * @param calibration the text that steps may read, in place of the recipe's
 * @param evaluation the text that everything is measured on, in place of the recipe's
 * @param threads that compute
 */
public record CompressionOptions(
        Path workspace, Path profiles, Optional<Path> calibration, Optional<Path> evaluation, int threads) {
    public CompressionOptions {
        if (threads < 1) {
            throw new IllegalArgumentException("A recipe has at least one thread, not " + threads + ".");
        }
    }

    /** A thread a core, the recipe's texts. */
    public static CompressionOptions in(Path workspace, Path profiles) {
        int threads = Runtime.getRuntime().availableProcessors();
        return new CompressionOptions(workspace, profiles, Optional.empty(), Optional.empty(), threads);
    }

    /** With these texts, where there are any, in place of the recipe's. */
    public CompressionOptions withTexts(Optional<Path> forCalibration, Optional<Path> forEvaluation) {
        return new CompressionOptions(workspace, profiles, forCalibration, forEvaluation, threads);
    }

    /** With so many threads. */
    public CompressionOptions withThreads(int count) {
        return new CompressionOptions(workspace, profiles, calibration, evaluation, count);
    }
}
