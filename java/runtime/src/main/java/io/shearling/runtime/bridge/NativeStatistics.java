package io.shearling.runtime.bridge;

import io.shearling.core.Core;
import io.shearling.core.shl_block_cosines;
import io.shearling.core.shl_statistics;
import io.shearling.core.shl_statistics_info;
import io.shearling.core.shl_statistics_params;
import io.shearling.runtime.measure.BlockCosines;
import io.shearling.runtime.measure.BlockPlace;
import io.shearling.runtime.measure.NativeFloats;
import io.shearling.runtime.measure.StatisticsSettings;
import io.shearling.runtime.measure.WeightStatistics;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.FloatPointer;
import org.jspecify.annotations.Nullable;

/** A {@code shl_statistics}. One thread at a time, but for {@link #cancel}, which any thread may call before {@link #close}. */
public final class NativeStatistics {
    private static final String READING = "cannot read the statistics";

    private final shl_statistics statistics;
    private Runnable onClose = () -> {};

    private NativeStatistics(shl_statistics statistics) {
        this.statistics = statistics;
    }

    /** Statistics over a model that outlives them. */
    public static NativeStatistics open(NativeModel model, StatisticsSettings settings) {
        shl_statistics statistics = new shl_statistics();
        try (shl_statistics_params params = new shl_statistics_params()) {
            Core.shl_statistics_params_default(params);
            params.chunk_tokens(settings.chunkTokens()).threads(settings.threads());
            params.process_output(settings.processOutput());
            params.grams_only(!settings.grams().isEmpty() || settings.lastBlock() >= 0);
            params.last_block(settings.lastBlock());
            NativeLog.checked(
                    () -> Core.shl_statistics_new(model.pointer(), params, statistics),
                    "cannot collect statistics over chunks of " + settings.chunkTokens() + " tokens");
        }
        NativeStatistics opened = new NativeStatistics(statistics);
        try {
            for (String weight : settings.grams()) {
                Status.check(Core.shl_statistics_want_gram(statistics, weight), "cannot ask for a Gram matrix");
                if (settings.compared()) {
                    Status.check(Core.shl_statistics_want_cross(statistics, weight), "cannot have inputs compared");
                }
            }
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** What to do once this is freed: let go of the model. */
    public void onClose(Runnable action) {
        onClose = action;
    }

    public void add(int[] tokens) {
        int status = Core.shl_statistics_add(statistics, tokens, tokens.length);
        NativeLog.drain();
        Status.check(status, "cannot collect statistics");
    }

    public void step(
            int @Nullable [] tokens, float @Nullable [] states, int count, boolean exact, float @Nullable [] out) {
        int status = Core.shl_statistics_step(statistics, tokens, states, count, exact, out);
        NativeLog.drain();
        Status.check(status, "cannot compute a block");
    }

    public void keepStates(int block, BlockPlace place) {
        Status.check(Core.shl_statistics_want_states(statistics, block, number(place)), "cannot ask for states");
    }

    public void states(int block, BlockPlace place, float[] out) {
        Status.check(
                Core.shl_statistics_states(statistics, block, number(place), out, out.length),
                "cannot read the states");
    }

    private static int number(BlockPlace place) {
        return switch (place) {
            case FEED_FORWARD -> Core.SHL_BLOCK_FEED_FORWARD;
            case END -> Core.SHL_BLOCK_END;
        };
    }

    public void cancel() {
        Core.shl_statistics_cancel(statistics);
    }

    public List<WeightStatistics> weights() {
        List<WeightStatistics> weights = new ArrayList<>();
        int count = Core.shl_statistics_count(statistics);
        try (shl_statistics_info info = new shl_statistics_info()) {
            for (int i = 0; i < count; i++) {
                Status.check(Core.shl_statistics_read(statistics, i, info), READING);
                int values = Math.toIntExact(info.values());
                weights.add(new WeightStatistics(
                        info.name().getString(),
                        Math.toIntExact(info.columns()),
                        info.input(),
                        values(i, Core.SHL_STATISTIC_SQUARES, values),
                        values(i, Core.SHL_STATISTIC_SUMS, values),
                        values(i, Core.SHL_STATISTIC_COUNTS, info.counts())));
            }
        }
        return weights;
    }

    private double[] values(int index, int statistic, int size) {
        double[] values = new double[size];
        Status.check(Core.shl_statistics_values(statistics, index, statistic, values, size), READING);
        return values;
    }

    public NativeFloats gram(int index) {
        return matrix(index, (to, size) -> Core.shl_statistics_gram(statistics, index, to, size));
    }

    public NativeFloats cross(int index) {
        return matrix(index, (to, size) -> Core.shl_statistics_take_cross(statistics, index, to, size));
    }

    /** Writes a matrix, and says how that went. */
    private interface MatrixReader {
        int read(FloatPointer to, long size);
    }

    private NativeFloats matrix(int index, MatrixReader reader) {
        try (shl_statistics_info info = new shl_statistics_info()) {
            Status.check(Core.shl_statistics_read(statistics, index, info), READING);
            long size = info.columns() * info.columns();
            NativeFloats matrix = NativeFloats.allocate(size);
            try {
                Status.check(reader.read(matrix.pointer(), size), READING);
                return matrix;
            } catch (RuntimeException e) {
                matrix.close();
                throw e;
            }
        }
    }

    public List<BlockCosines> blocks() {
        List<BlockCosines> blocks = new ArrayList<>();
        try (shl_block_cosines cosines = new shl_block_cosines()) {
            for (int i = 0; i < Core.shl_statistics_blocks(statistics); i++) {
                Status.check(Core.shl_statistics_block(statistics, i, cosines), READING);
                blocks.add(new BlockCosines(cosines.block(), cosines.attention(), cosines.feed_forward()));
            }
        }
        return blocks;
    }

    /** Frees it; once. */
    public void close() {
        Core.shl_statistics_free(statistics);
        NativeLog.drain();
        onClose.run();
    }
}
