package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.statistics.Importance;
import io.shearling.recipes.statistics.ImportanceFile;

/** Scores of the columns of matrices, from their weights and what they are multiplied with. No state. */
final class ColumnScores {
    private static final int PIECE_ELEMENTS = 1 << 20;

    private ColumnScores() {}

    /**
     * The statistics of a matrix.
     *
     * @throws RecipeException when they are of another model
     */
    static Importance statistics(GgufFile model, ImportanceFile file, TensorInfo matrix) {
        return file.find(matrix.name())
                .filter(found -> found.size() == matrix.shape().columns()
                        && found.means().isPresent())
                .orElseThrow(() -> new RecipeException(
                        Kind.STATISTICS,
                        model.path().toString(),
                        "the text gave no statistics of the columns of its " + matrix.name(),
                        "give a longer text, or another model"));
    }

    static double[] of(GgufFile model, TensorInfo matrix, Importance statistics, WidthScore score) {
        int columns = Math.toIntExact(matrix.shape().columns());
        double[] squares = new double[columns];
        double[] magnitudes = new double[columns];
        int most = Math.max(1, PIECE_ELEMENTS / columns);
        for (int row = 0; row < matrix.shape().rows(); row += most) {
            int rows = (int) Math.min(most, matrix.shape().rows() - row);
            float[] values = FloatTensor.rows(model, matrix, row, rows);
            for (int i = 0; i < values.length; i++) {
                squares[i % columns] += (double) values[i] * values[i];
                magnitudes[i % columns] += Math.abs(values[i]);
            }
        }
        float[] meanSquares = statistics.meanSquares();
        float[] means = statistics.means().orElseThrow();
        double[] scores = new double[columns];
        for (int i = 0; i < columns; i++) {
            scores[i] = score.score(meanSquares[i], means[i], squares[i], magnitudes[i]);
        }
        return scores;
    }

    /** The means of so many scores each, one after the other. */
    static double[] grouped(double[] scores, int each) {
        double[] means = new double[scores.length / each];
        for (int i = 0; i < scores.length; i++) {
            means[i / each] += scores[i] / each;
        }
        return means;
    }
}
