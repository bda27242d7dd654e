package io.shearling.runtime.measure;

import io.shearling.runtime.Model;
import io.shearling.runtime.bridge.Lease;
import io.shearling.runtime.bridge.ModelAccess;
import io.shearling.runtime.bridge.NativeHandle;
import io.shearling.runtime.bridge.NativeStatistics;
import io.shearling.runtime.bridge.Patient;
import io.shearling.runtime.error.ShearlingException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads text through a model and keeps sums over the activations that its weights are multiplied with.
 *
 * <p>The same chunks give the same numbers for any count of threads. For one thread at a time. Keeps its model's weights alive.
 */
public final class StatisticsCollector implements AutoCloseable {
    private final NativeStatistics statistics;
    private final NativeHandle handle;
    private final String name;

    /**
     * A collector over a model.
     *
     * @throws ShearlingException when the model gives no logits, or there is no memory for its context
     */
    public StatisticsCollector(Model model, StatisticsSettings settings) {
        ModelAccess access = ModelAccess.get();
        Lease weights = access.lease(model);
        try {
            access.requireUnchanged(model);
            statistics = NativeStatistics.open(access.weights(model), settings);
        } catch (RuntimeException | Error e) {
            weights.close();
            throw e;
        }
        statistics.onClose(weights::close);
        name = "statistics of " + model.name();
        handle = new NativeHandle(this, name, statistics::close);
    }

    /**
     * Reads a chunk, which has nothing to do with the one before. Blocks; an interrupt cancels, after which the statistics are of
     * no use.
     *
     * @param tokens 16 to {@link StatisticsSettings#chunkTokens}
     * @throws ShearlingException that names the weight when an activation is not finite
     */
    public void add(int[] tokens) {
        try (Lease lease = handle.lease()) {
            Patient.run("shearling-" + name, () -> statistics.add(tokens), statistics::cancel);
        }
    }

    /**
     * The same for a model that is cut into blocks: reads a chunk as tokens, or what goes into the first block in the place of their
     * embeddings.
     *
     * @param tokens null where states are given
     * @param states [count, width], or null
     * @param count how many
     * @param exact whether nothing is summed, and what goes into the weights is kept to be compared with that of the next call, which
     *     has to be of as many tokens
     * @param out null, or gets what comes out of the last block: [count, width]
     * @throws ShearlingException as {@link #add}, and when the model has no such states
     */
    public void step(
            int @Nullable [] tokens, float @Nullable [] states, int count, boolean exact, float @Nullable [] out) {
        try (Lease lease = handle.lease()) {
            Patient.run(
                    "shearling-" + name, () -> statistics.step(tokens, states, count, exact, out), statistics::cancel);
        }
    }

    /** Has the states of a block at this place kept, those of one chunk at a time. Before the first chunk. */
    public void keepStates(int block, BlockPlace place) {
        try (Lease lease = handle.lease()) {
            statistics.keepStates(block, place);
        }
    }

    /**
     * Those of the last chunk that was read.
     *
     * @param out gets them: [tokens of the chunk, width of the model]
     * @throws ShearlingException when the model's graph does not name them
     */
    public void states(int block, BlockPlace place, float[] out) {
        try (Lease lease = handle.lease()) {
            statistics.states(block, place, out);
        }
    }

    /** The weights that were seen, in the order in which they are computed. */
    public List<WeightStatistics> weights() {
        try (Lease lease = handle.lease()) {
            return statistics.weights();
        }
    }

    /**
     * The Gram matrix Σxxᵀ of a weight, one of those that were asked for: [columns, columns], symmetric. The caller closes it.
     *
     * @param index number of the weight in {@link #weights}
     */
    public NativeFloats gram(int index) {
        try (Lease lease = handle.lease()) {
            return statistics.gram(index);
        }
    }

    /**
     * The sum of (exact - x) xᵀ of a weight whose inputs were compared: [columns, columns], row i belongs to column i of the
     * difference. Once; its sums are freed. The caller closes it.
     *
     * @param index number of the weight in {@link #weights}
     */
    public NativeFloats cross(int index) {
        try (Lease lease = handle.lease()) {
            return statistics.cross(index);
        }
    }

    /** The blocks, in order. */
    public List<BlockCosines> blocks() {
        try (Lease lease = handle.lease()) {
            return statistics.blocks();
        }
    }

    /** Frees the sums. Idempotent. */
    @Override
    public void close() {
        handle.close();
    }
}
