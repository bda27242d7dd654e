package io.shearling.recipes.quantize;

import io.shearling.recipes.linalg.TriangularFactor;
import io.shearling.recipes.statistics.GramMatrix;
import io.shearling.runtime.measure.RowRounder;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How the error of a column is passed on to those after it.
 *
 * @param factor R of the damped Gram matrix R Rᵀ, as {@link RowRounder#round} wants it
 * @param order of the runs of columns: those that matter most come first, when there are most columns left to make good what they lose
 */
record Feedback(FloatBuffer factor, IntBuffer order) {
    private static final double LEAST_DAMPING = 0.01;
    private static final double DAMPING = 0.3;

    /**
     * Makes it of a Gram matrix, in whose place the factor is then.
     *
     * @throws ArithmeticException when the matrix has values that are not finite
     */
    static Feedback of(GramMatrix gram) {
        int[] order = order(gram);
        new RunOrder(gram.values(), gram.columns(), RowRounder.RUN).apply(order);
        TriangularFactor.upper(gram.values(), gram.columns(), damping(gram));
        ByteBuffer bytes = ByteBuffer.allocateDirect(order.length * Integer.BYTES);
        return new Feedback(
                gram.values(),
                bytes.order(ByteOrder.nativeOrder()).asIntBuffer().put(order).flip());
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
