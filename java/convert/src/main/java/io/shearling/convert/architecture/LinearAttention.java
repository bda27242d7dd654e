package io.shearling.convert.architecture;

import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.element.GatheredColumns;
import io.shearling.convert.element.GatheredRows;
import io.shearling.convert.element.RowOrder;
import java.util.Arrays;

/**
 * Operations on the heads of linear attention where several heads of values share one of keys. Checkpoints have the heads of values
 * side by side that share one of keys; llama.cpp repeats the heads of keys as a whole, and wants those side by side that are the
 * first, the second, … of their key.
 */
final class LinearAttention {
    /** One row for each head. */
    static final Operation TILE_HEADS = (tensor, config) -> tileRows(tensor, config, 1);

    /** The last rows are those of the values' heads; those before them, if any, stay. */
    static final Operation TILE_VALUES =
            (tensor, config) -> tileRows(tensor, config, config.count("linear_value_head_dim"));

    /** The columns are those of the values' heads. */
    static final Operation TILE_COLUMNS = (tensor, config) -> {
        long length = config.count("linear_value_head_dim");
        long heads = heads(config);
        Operation.require(
                tensor.shape().size() == 2 && tensor.rowElements() == heads * length,
                tensor,
                config,
                "a matrix of " + heads * length + " columns");
        return tensor.with(new GatheredColumns(tensor.source(), heads * length, length, order(config, 1)));
    };

    private LinearAttention() {}

    private static Draft tileRows(Draft tensor, ModelConfig config, long length) {
        long values = heads(config) * length;
        Operation.require(tensor.rows() >= values, tensor, config, "at least " + values + " rows");
        RowOrder order = order(config, length).behind(tensor.rows() - values);
        return tensor.with(new GatheredRows(tensor.source(), tensor.rowElements(), tensor.rows(), order));
    }

    private static RowOrder order(ModelConfig config, long length) {
        long keys = config.count("linear_num_key_heads");
        long[] runs = new long[Math.toIntExact(heads(config) / keys)];
        Arrays.fill(runs, length);
        return RowOrder.runsApart(keys, runs);
    }

    private static long heads(ModelConfig config) {
        return config.count("linear_num_value_heads");
    }
}
