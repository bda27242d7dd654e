package io.shearling.recipes.prune;

/** What a column of a matrix is worth whose inputs are no longer computed. */
public enum WidthScore {
    /**
     * FLAP (arXiv 2312.11983): Var(x)·‖W‖², how far the output moves when the input is replaced by its mean. That mean is no loss, for
     * it becomes part of a bias.
     */
    FLAP {
        @Override
        double score(double meanSquare, double mean, double squares, double magnitudes) {
            return Math.max(0, meanSquare - mean * mean) * squares;
        }
    },
    /** Wanda (arXiv 2306.11695) in structures: the root of E[x²] times Σ|W|. */
    WANDA {
        @Override
        double score(double meanSquare, double mean, double squares, double magnitudes) {
            return Math.sqrt(meanSquare) * magnitudes;
        }
    },
    /** Minitron (arXiv 2407.14679): how large the input is, whatever its weights; here by the root of E[x²]. */
    MINITRON {
        @Override
        double score(double meanSquare, double mean, double squares, double magnitudes) {
            return Math.sqrt(meanSquare);
        }
    };

    /**
     * The score of a column.
     *
     * @param meanSquare E[x²] of its input
     * @param mean E[x]
     * @param squares Σw² over the column
     * @param magnitudes Σ|w|
     */
    abstract double score(double meanSquare, double mean, double squares, double magnitudes);
}
