package io.shearling.recipes.statistics;

import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The importance of one weight's columns: Σx² of the activations x that it was multiplied with, and how many there were.
 *
 * <p>A matrix has one count; matrices of experts that are stacked in one tensor have a count each, the number of tokens that were
 * routed to the expert. The sums lie in the order of the weight's own columns and matrices, as {@code llama-imatrix} has them.
 * Immutable and thread-safe; arrays are fresh copies.
 */
public final class Importance {
    private final String tensor;
    private final float[] squares;
    private final float[] counts;
    private final float @Nullable [] sums;

    /**
     * The importance of a weight.
     *
     * @param tensor the weight's name, as {@code blk.0.attn_q.weight}
     * @param squares [matrices, columns] Σx²
     * @param counts [matrices], or [1] for all: how many x
     * @throws RecipeException when a value is not finite or is negative, or the sums are no whole number of counts
     */
    public Importance(String tensor, float[] squares, float[] counts) {
        this(tensor, squares, counts, null);
    }

    /**
     * The importance of a weight with the means of its activations.
     *
     * @param sums as {@code squares}: Σx; null when it is not known
     */
    Importance(String tensor, float[] squares, float[] counts, float @Nullable [] sums) {
        this.tensor = tensor;
        this.squares = squares.clone();
        this.counts = counts.clone();
        this.sums = sums == null ? null : sums.clone();
        check();
    }

    private void check() {
        if (counts.length == 0 || squares.length == 0 || squares.length % counts.length != 0) {
            throw new RecipeException(
                    Kind.STATISTICS,
                    tensor,
                    squares.length + " sums of squares do not go with " + counts.length + " counts",
                    "collect the statistics again");
        }
        if (sums != null && sums.length != squares.length) {
            throw new RecipeException(
                    Kind.STATISTICS,
                    tensor,
                    sums.length + " sums do not go with " + squares.length + " sums of squares",
                    "collect the statistics again");
        }
        requireNumbers("sum of squares", squares, true);
        requireNumbers("count", counts, true);
        requireNumbers("sum", sums == null ? new float[0] : sums, false);
    }

    private void requireNumbers(String what, float[] values, boolean positive) {
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i]) || (positive && values[i] < 0)) {
                throw new RecipeException(
                        Kind.VALUES,
                        tensor,
                        "the " + what + " at index " + i + " is " + values[i],
                        "check the model for broken weights and collect the statistics again");
            }
        }
    }

    /** The weight's name. */
    public String tensor() {
        return tensor;
    }

    /** How many sums of squares there are: columns times matrices of the weight. */
    public int size() {
        return squares.length;
    }

    /** Σx²: [matrices, columns]. */
    public float[] squares() {
        return squares.clone();
    }

    /** How many x: [matrices], or one count for all of them. */
    public float[] counts() {
        return counts.clone();
    }

    /** Σx: [matrices, columns]; empty when the file does not have them. */
    public Optional<float[]> sums() {
        return Optional.ofNullable(sums).map(float[]::clone);
    }

    /**
     * E[x²]: [matrices, columns], the weights that a quantizer gives to the squared errors of columns. They are those of {@code
     * llama-quantize} bit for bit: each sum is divided in F32, and a matrix without a count has ones.
     */
    public float[] meanSquares() {
        return divided(squares, 1);
    }

    /** E[x]: [matrices, columns], zeros where nothing was counted; empty when the file does not have sums. */
    public Optional<float[]> means() {
        return Optional.ofNullable(sums).map(values -> divided(values, 0));
    }

    private float[] divided(float[] values, float unknown) {
        float[] result = new float[values.length];
        int each = values.length / counts.length;
        for (int matrix = 0; matrix < counts.length; matrix++) {
            int from = matrix * each;
            if (counts[matrix] > 0) {
                for (int i = from; i < from + each; i++) {
                    result[i] = values[i] / counts[matrix];
                }
            } else {
                Arrays.fill(result, from, from + each, unknown);
            }
        }
        return result;
    }

    /** Name and numbers, for messages. */
    @Override
    public String toString() {
        return tensor + "[" + size() + " columns, " + counts.length + " counts]";
    }
}
