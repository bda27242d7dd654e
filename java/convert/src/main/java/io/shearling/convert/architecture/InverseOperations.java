package io.shearling.convert.architecture;

import io.shearling.convert.element.Computed;
import io.shearling.convert.element.GatheredRows;
import io.shearling.convert.element.RowOrder;
import java.util.Map;
import java.util.Optional;

/** What undoes an {@link Operation}. */
final class InverseOperations {
    private static final Map<Operation, Operation> INVERSES = Map.of(
            Operation.KEEP,
            Operation.KEEP,
            Operation.TRANSPOSE,
            Operation.TRANSPOSE,
            // What was left out of a table of tokens, or put to it, belongs to no token.
            Operation.CUT_TO_VOCABULARY,
            Operation.KEEP,
            Operation.FILL_TO_VOCABULARY,
            Operation.KEEP,
            // Exact for all that adding 1 has made: between 1/2 and 2 the difference is a float.
            Operation.ADD_ONE,
            (tensor, config) -> tensor.with(new Computed(tensor.source(), value -> value - 1)),
            Operation.INTERLEAVE_Q,
            (tensor, config) -> byHalves(tensor, Operation.heads(config)),
            Operation.INTERLEAVE_K,
            (tensor, config) -> byHalves(tensor, Operation.keyHeads(config)));

    private InverseOperations() {}

    /** The operation that undoes this one, if one does. */
    static Optional<Operation> of(Operation operation) {
        return Optional.ofNullable(INVERSES.get(operation));
    }

    private static Draft byHalves(Draft tensor, int heads) {
        return tensor.with(new GatheredRows(
                tensor.source(), tensor.rowElements(), tensor.rows(), RowOrder.separateHalves(tensor.rows() / heads)));
    }
}
