package io.shearling.convert.architecture;

import io.shearling.convert.ConvertException;
import io.shearling.convert.checkpoint.ModelConfig;
import io.shearling.convert.element.Alternating;
import io.shearling.convert.element.Computed;
import io.shearling.convert.element.ElementSource;
import io.shearling.convert.element.GatheredRows;
import io.shearling.convert.element.Join;
import io.shearling.convert.element.RowOrder;
import io.shearling.convert.element.Slice;
import io.shearling.convert.element.Transposed;
import io.shearling.convert.element.Zeros;
import java.util.ArrayList;
import java.util.List;

/** What is done with one tensor, that one comes of it. A pure function. */
@FunctionalInterface
interface Operation {
    Draft apply(Draft tensor, ModelConfig config);

    /** This, and then that. */
    default Operation then(Operation next) {
        return (tensor, config) -> next.apply(apply(tensor, config), config);
    }

    /** Takes it as it is. */
    Operation KEEP = (tensor, config) -> tensor;

    /** Adds 1: these norms multiply with one more than their weight, and llama.cpp's do not. */
    Operation ADD_ONE = (tensor, config) -> tensor.with(new Computed(tensor.source(), value -> value + 1));

    /** Query heads from rotation by halves to rotation by pairs. */
    Operation INTERLEAVE_Q = (tensor, config) -> interleave(tensor, config, heads(config));

    /** Key heads from rotation by halves to rotation by pairs. */
    Operation INTERLEAVE_K = (tensor, config) -> interleave(tensor, config, keyHeads(config));

    /** Exchanges the rows and columns of a matrix, or of each of a stack of them; a vector stays as it is. */
    Operation TRANSPOSE = (tensor, config) -> {
        List<Long> shape = tensor.shape();
        int rank = shape.size();
        if (rank < 2 || tensor.elements() == 0) {
            return tensor;
        }
        long rows = shape.get(rank - 2);
        long columns = shape.get(rank - 1);
        List<ElementSource> matrices = new ArrayList<>();
        for (long first = 0; first < tensor.elements(); first += rows * columns) {
            ElementSource matrix = rank == 2 ? tensor.source() : new Slice(tensor.source(), first, rows * columns);
            matrices.add(new Transposed(matrix, rows, columns));
        }
        List<Long> exchanged = new ArrayList<>(shape.subList(0, rank - 2));
        exchanged.addAll(List.of(columns, rows));
        return new Draft(tensor.name(), exchanged, rank == 2 ? matrices.get(0) : new Join(matrices));
    };

    /** Of a stack of experts whose rows are of two kinds in turn, the first kind. */
    Operation EVEN = (tensor, config) -> alternating(tensor, config, 0);

    /** Of a stack of experts whose rows are of two kinds in turn, the second kind. */
    Operation ODD = (tensor, config) -> alternating(tensor, config, 1);

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

    /**
     * Takes a fused projection apart whose rows alternate: those of the query heads of a group, of its key head, of its value head.
     * All query heads come first, then all key heads, then all value heads.
     */
    Operation QKV_APART = (tensor, config) -> {
        int heads = heads(config);
        int groups = config.integer("num_kv_heads", "n_head_kv").isPresent()
                ? config.count("num_kv_heads", "n_head_kv")
                : heads;
        long length = tensor.rows() / (heads + 2L * groups);
        if (heads % groups != 0 || length * (heads + 2L * groups) != tensor.rows()) {
            throw unfit(
                    tensor,
                    config,
                    "are none of " + heads + " query heads and " + groups + " heads of keys and values");
        }
        RowOrder order = RowOrder.runsApart(groups, heads / groups * length, length, length);
        return tensor.with(new GatheredRows(tensor.source(), tensor.rowElements(), tensor.rows(), order));
    };

    /** Elements that are looked at together. */
    int ZEROS_PIECE = 1 << 16;

    /** Lets only zeros pass: for tensors that are left out because the model is the same without them. */
    Operation ZEROS = (tensor, config) -> {
        for (long at = 0; at < tensor.source().elements(); at += ZEROS_PIECE) {
            int count = (int) Math.min(ZEROS_PIECE, tensor.source().elements() - at);
            for (float value : tensor.source().floats(at, count)) {
                if (value != 0) {
                    throw new ConvertException(
                            ConvertException.Kind.TENSORS,
                            config.folder().toString(),
                            "the tensor " + tensor.name() + " is not zero everywhere",
                            "llama.cpp has no place for it in this architecture, so this model cannot be converted");
                }
            }
        }
        return tensor;
    };

    /** The first half of the rows of each matrix, [..., 2 n, columns] to [..., n, columns]. */
    Operation FIRST_HALF = (tensor, config) -> half(tensor, config, 0);

    /** The second half. */
    Operation SECOND_HALF = (tensor, config) -> half(tensor, config, 1);

    /** Puts it into a block behind those of the model: what predicts further tokens are blocks of their own in llama.cpp. */
    Operation NEXT_BLOCK = (tensor, config) -> {
        String[] parts = tensor.name().split("\\.", 3);
        int block = config.blockCount() + Integer.parseInt(parts[1]);
        return new Draft(parts[0] + "." + block + "." + parts[2], tensor.shape(), tensor.source());
    };

    /** The shared expert of a model that has no other is its feed-forward network. */
    Operation ONLY_EXPERT =
            (tensor, config) -> config.integer("num_local_experts").orElse(0L) > 0
                    ? tensor
                    : new Draft(tensor.name().replace("_shexp", ""), tensor.shape(), tensor.source());

    /** Multiplies with a hyperparameter, or with one of a list: {@code NAME} or {@code NAME.INDEX}. */
    static Operation times(String name) {
        int dot = name.indexOf('.');
        int index = dot < 0 ? 0 : Integer.parseInt(name.substring(dot + 1));
        String hyperparameter = dot < 0 ? name : name.substring(0, dot);
        return (tensor, config) -> {
            float factor = config.numbers(hyperparameter, index + 1).get(index).floatValue();
            return tensor.with(new Computed(tensor.source(), value -> value * factor));
        };
    }

    /** Says what is wrong where a tensor does not have the shape that follows from the configuration. */
    static void require(boolean fits, Draft tensor, ModelConfig config, String wanted) {
        if (!fits) {
            throw new ConvertException(
                    ConvertException.Kind.TENSORS,
                    config.file(),
                    "the tensor for " + tensor.name() + " has the shape " + tensor.shape() + ", where " + wanted
                            + " is needed",
                    "fetch the checkpoint again");
        }
    }

    private static Draft half(Draft tensor, ModelConfig config, int which) {
        int rank = tensor.shape().size();
        require(
                rank >= 2 && tensor.shape().get(rank - 2) % 2 == 0,
                tensor,
                config,
                "an even number of rows for two parts");
        List<Long> shape = new ArrayList<>(tensor.shape());
        long half = shape.get(rank - 2) / 2;
        shape.set(rank - 2, half);
        long rows = shape.get(rank - 1) == 0 ? 0 : tensor.elements() / shape.get(rank - 1) / 2;
        long columns = rows == 0 ? 0 : tensor.source().elements() / rows / 2;
        return new Draft(
                tensor.name(),
                shape,
                new GatheredRows(tensor.source(), columns, rows, RowOrder.part(which * half, half, 2 * half)));
    }

    private static Draft alternating(Draft tensor, ModelConfig config, int kind) {
        List<Long> shape = new ArrayList<>(tensor.shape());
        require(
                shape.size() >= 2 && shape.get(1) % 2 == 0 && tensor.elements() > 0,
                tensor,
                config,
                "an even number of rows for two parts");
        long run = tensor.rowElements() / shape.get(1);
        shape.set(1, shape.get(1) / 2);
        return new Draft(tensor.name(), shape, new Alternating(tensor.source(), run, 2, kind));
    }

    /** How many heads queries have. */
    static int heads(ModelConfig config) {
        return config.count("num_attention_heads", "n_heads", "n_head");
    }

    /** How many heads keys and values have. */
    static int keyHeads(ModelConfig config) {
        return config.integer("num_key_value_heads", "n_kv_heads")
                .map(Math::toIntExact)
                .orElseGet(() -> heads(config));
    }

    private static Draft interleave(Draft tensor, ModelConfig config, int heads) {
        if (tensor.rows() % (2L * heads) != 0) {
            throw unfit(tensor, config, "are no even number for each of " + heads + " heads");
        }
        return tensor.with(new GatheredRows(
                tensor.source(),
                tensor.rowElements(),
                tensor.rows(),
                RowOrder.interleaveHalves(tensor.rows() / heads)));
    }

    private static ConvertException unfit(Draft tensor, ModelConfig config, String what) {
        return new ConvertException(
                ConvertException.Kind.TENSORS,
                config.file(),
                "the " + tensor.rows() + " rows of " + tensor.name() + " " + what,
                "fetch the checkpoint again");
    }
}
