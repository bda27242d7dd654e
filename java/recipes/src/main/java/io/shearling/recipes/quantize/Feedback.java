package io.shearling.recipes.quantize;

import io.shearling.recipes.linalg.Correction;
import io.shearling.recipes.linalg.TriangularFactor;
import io.shearling.recipes.statistics.GramMatrix;
import io.shearling.runtime.measure.RowRounder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How the error of a column is passed on to those after it.
 *
 * @param factor R of the damped Gram matrix R Rᵀ, as {@link RowRounder#round} wants it
 * @param order of the runs of columns: those that matter most come first, when there are most columns left to make good what they lose
 * @param correction what makes good the errors of the inputs, as {@link Correction#solve} leaves it; null where they have none
 */
record Feedback(
        FloatBuffer factor, IntBuffer order, @Nullable FloatBuffer correction) {
    private static final double LEAST_DAMPING = 0.01;
    private static final double DAMPING = 0.3;

    /** Errors are small and have little to do with the inputs: with less, what is made good is chance. */
    private static final double CORRECTION_DAMPING = 1;

    /** Found by trial: with all of it the model falls apart. Presumably an error is made good where it comes from, and again behind. */
    private static final float CORRECTED = 0.5f;

    /**
     * Makes it of a Gram matrix, in whose place the factor is then.
     *
     * @throws ArithmeticException when the matrix has values that are not finite
     */
    static Feedback of(GramMatrix gram) {
        return of(gram, null);
    }

    /**
     * The same where the inputs have errors.
     *
     * @param correction as {@link #correction} leaves it, or null
     */
    static Feedback of(GramMatrix gram, @Nullable FloatBuffer correction) {
        int[] order = order(gram);
        new RunOrder(gram.values(), gram.columns(), RowRounder.RUN).apply(order);
        TriangularFactor.upper(gram.values(), gram.columns(), damping(gram));
        ByteBuffer bytes = ByteBuffer.allocateDirect(order.length * Integer.BYTES);
        return new Feedback(
                gram.values(),
                bytes.order(ByteOrder.nativeOrder()).asIntBuffer().put(order).flip(),
                correction);
    }

    /**
     * Turns the sum of (exact - x) xᵀ into what makes it good, in its place.
     *
     * @param gram is of no use afterwards
     * @throws ArithmeticException when the matrix has values that are not finite
     */
    static FloatBuffer correction(FloatBuffer cross, GramMatrix gram) {
        TriangularFactor.upper(gram.values(), gram.columns(), CORRECTION_DAMPING);
        Correction.solve(cross, gram.values(), gram.columns());
        return cross;
    }

    /** Makes the rows of a matrix what they should be for inputs with errors. */
    void correct(float[] rows, int count, int columns) {
        if (correction != null) {
            Correction.add(rows, count, correction, columns, CORRECTED);
        }
    }

    /** What so many inputs do not tell of so many columns; found on inputs that the matrix had not seen. */
    private static double damping(GramMatrix gram) {
        return Math.max(LEAST_DAMPING, DAMPING * gram.columns() / Math.max(1, gram.count()));
    }

    private static int[] order(GramMatrix gram) {
        double[] weight = new double[gram.columns() / RowRounder.RUN];
        for (int column = 0; column < weight.length * RowRounder.RUN; column++) {
            weight[column / RowRounder.RUN] += gram.at(column, column);
        }
        return IntStream.range(0, weight.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer run) -> -weight[run]))
                .mapToInt(Integer::intValue)
                .toArray();
    }
}
