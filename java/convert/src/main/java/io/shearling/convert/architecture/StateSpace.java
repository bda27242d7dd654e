package io.shearling.convert.architecture;

import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.element.Computed;
import io.shearling.convert.element.ElementSource;
import io.shearling.convert.element.Join;
import io.shearling.convert.element.Slice;
import java.util.ArrayList;
import java.util.List;

/** Operations on the tensors of state spaces (<a href="https://arxiv.org/abs/2405.21060">Mamba 2</a>). */
final class StateSpace {
    /**
     * The decay from its logarithm, -exp(x), to the nearest float. PyTorch's own exp is up to one unit in the last place away from
     * it, which of them depends on the processor.
     */
    static final Operation NEGATIVE_EXP =
            (tensor, config) -> tensor.with(new Computed(tensor.source(), value -> (float) -StrictMath.exp(value)));

    /** A convolution of each channel for itself, [channels, 1, length] to [channels, length]. */
    static final Operation SQUEEZE = (tensor, config) -> {
        List<Long> shape = tensor.shape();
        return shape.size() == 3 && shape.get(1) == 1
                ? new Draft(tensor.name(), List.of(shape.get(0), shape.get(2)), tensor.source())
                : tensor;
    };

    /** A column, [n] to [n, 1]. */
    static final Operation COLUMN = (tensor, config) -> {
        List<Long> shape = new ArrayList<>(tensor.shape());
        shape.add(1L);
        return new Draft(tensor.name(), shape, tensor.source());
    };

    /** A row for each group, [n] to [groups, n / groups]. */
    static final Operation BY_GROUP = (tensor, config) -> {
        long groups = config.integer("n_groups", "mamba_n_groups").orElse(1L);
        long all = tensor.source().elements();
        Operation.require(groups > 0 && all % groups == 0, tensor, config, "a multiple of " + groups + " groups");
        return new Draft(tensor.name(), List.of(groups, all / groups), tensor.source());
    };

    /** The projection into gate, x, B, C and time step, each multiplied with a factor of {@code ssm_multipliers}. */
    static final Operation SCALE_PARTS = (tensor, config) -> {
        long inner = config.count("mamba_d_ssm");
        long state = (long) config.count("mamba_n_groups") * config.count("mamba_d_state");
        long rest = tensor.rows() - 2 * inner - 2 * state;
        boolean fits = tensor.shape().size() == 2 && rest > 0;
        Operation.require(fits, tensor, config, "a matrix of more than " + (2 * inner + 2 * state) + " rows");
        return tensor.with(scaled(tensor, config, inner, inner, state, state, rest));
    };

    private StateSpace() {}

    private static ElementSource scaled(Draft tensor, ModelConfig config, long... rows) {
        List<Double> factors = config.numbers("ssm_multipliers", rows.length);
        List<ElementSource> parts = new ArrayList<>();
        long from = 0;
        for (int i = 0; i < rows.length; i++) {
            float factor = factors.get(i).floatValue();
            long elements = rows[i] * tensor.rowElements();
            parts.add(new Computed(new Slice(tensor.source(), from, elements), value -> value * factor));
            from += elements;
        }
        return new Join(parts);
    }
}
