package io.shearling.convert.architecture;

import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.element.ElementSource;
import io.shearling.convert.element.GatheredRows;
import io.shearling.convert.element.Join;
import io.shearling.convert.element.RowOrder;
import io.shearling.convert.element.Slice;
import io.shearling.convert.element.Transposed;
import java.util.ArrayList;
import java.util.List;

/**
 * Operations on the projection from what is cached to keys and values (<a href="https://arxiv.org/abs/2405.04434">DeepSeek-V2</a>),
 * [heads (keys + values), rank]. llama.cpp takes its two parts, the one for keys transposed, so that it can be multiplied into the
 * query.
 */
final class LatentAttention {
    /** The part for keys without position: [heads, rank, keys]. */
    static final Operation KEYS = (tensor, config) -> {
        Parts parts = Parts.of(tensor, config);
        List<ElementSource> heads = new ArrayList<>();
        for (long head = 0; head < parts.heads(); head++) {
            Slice rows = new Slice(
                    tensor.source(),
                    head * (parts.keys() + parts.values()) * parts.rank(),
                    parts.keys() * parts.rank());
            heads.add(new Transposed(rows, parts.keys(), parts.rank()));
        }
        return new Draft(tensor.name(), List.of(parts.heads(), parts.rank(), parts.keys()), new Join(heads));
    };

    /** The part for values: [heads, values, rank]. */
    static final Operation VALUES = (tensor, config) -> {
        Parts parts = Parts.of(tensor, config);
        RowOrder order = RowOrder.part(parts.keys(), parts.values(), parts.keys() + parts.values());
        return new Draft(
                tensor.name(),
                List.of(parts.heads(), parts.values(), parts.rank()),
                new GatheredRows(tensor.source(), parts.rank(), parts.heads() * parts.values(), order));
    };

    private LatentAttention() {}

    /** How the projection is divided: heads, rows of a head for keys and for values, columns. */
    private record Parts(long heads, long keys, long values, long rank) {
        static Parts of(Draft tensor, ModelConfig config) {
            long heads = config.count("num_key_value_heads");
            long keys = config.count("qk_nope_head_dim");
            long values = config.count("v_head_dim");
            Operation.require(
                    tensor.shape().size() == 2 && tensor.rows() == heads * (keys + values),
                    tensor,
                    config,
                    "a matrix of " + heads * (keys + values) + " rows");
            return new Parts(heads, keys, values, tensor.rowElements());
        }
    }
}
