package io.shearling.convert.architecture;

import io.shearling.convert.ConvertException;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.element.Computed;
import io.shearling.convert.element.ElementSource;
import io.shearling.convert.element.GatheredRows;
import io.shearling.convert.element.Join;
import io.shearling.convert.element.RowOrder;
import io.shearling.convert.element.Slice;
import io.shearling.convert.element.Transposed;
import io.shearling.convert.element.Zeros;
import java.util.List;

/** What is done with one tensor, that one comes of it. A pure function. */
@FunctionalInterface
interface Operation {
    Draft apply(Draft tensor, ModelConfig config);

    /** Takes it as it is. */
    Operation KEEP = (tensor, config) -> tensor;

    /** Adds 1: these norms multiply with one more than their weight, and llama.cpp's do not. */
    Operation ADD_ONE = (tensor, config) -> tensor.with(new Computed(tensor.source(), value -> value + 1));

    /** Query heads from rotation by halves to rotation by pairs. */
    Operation INTERLEAVE_Q = (tensor, config) -> interleave(tensor, config, heads(config));

    /** Key heads from rotation by halves to rotation by pairs. */
    Operation INTERLEAVE_K = (tensor, config) -> interleave(
            tensor,
            config,
            config.integer("num_key_value_heads", "n_kv_heads")
                    .map(Math::toIntExact)
                    .orElseGet(() -> heads(config)));

    /** Exchanges the rows and columns of a matrix. */
    Operation TRANSPOSE = (tensor, config) -> {
        if (tensor.shape().size() != 2) {
            return tensor;
        }
        long rows = tensor.shape().get(0);
        long columns = tensor.shape().get(1);
        return new Draft(tensor.name(), List.of(columns, rows), new Transposed(tensor.source(), rows, columns));
    };

    /** Leaves out rows of a table of tokens behind the last token. */
    Operation CUT_TO_VOCABULARY = (tensor, config) -> {
        long tokens = config.count("vocab_size");
        return tensor.rows() <= tokens
                ? tensor
                : tensor.withRows(tokens, new Slice(tensor.source(), 0, tokens * tensor.rowElements()));
    };

    /** Adds rows of zeros to a table of tokens where there are more tokens. */
    Operation FILL_TO_VOCABULARY = (tensor, config) -> {
        long missing = config.count("vocab_size") - tensor.rows();
        if (missing <= 0) {
            return tensor;
        }
        ElementSource zeros = new Zeros(tensor.source().type(), missing * tensor.rowElements());
        return tensor.withRows(tensor.rows() + missing, new Join(List.of(tensor.source(), zeros)));
    };

    private static int heads(ModelConfig config) {
        return config.count("num_attention_heads", "n_heads", "n_head");
    }

    private static Draft interleave(Draft tensor, ModelConfig config, int heads) {
        if (tensor.rows() % (2L * heads) != 0) {
            throw new ConvertException(
                    ConvertException.Kind.TENSORS,
                    config.file(),
                    "it has " + heads + " heads, and the " + tensor.rows() + " rows of " + tensor.name()
                            + " are no even number for each",
                    "fetch the checkpoint again");
        }
        return tensor.with(new GatheredRows(
                tensor.source(),
                tensor.rowElements(),
                tensor.rows(),
                RowOrder.interleaveHalves(tensor.rows() / heads)));
    }
}
