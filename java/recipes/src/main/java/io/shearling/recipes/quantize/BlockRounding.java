package io.shearling.recipes.quantize;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufPlacer;
import io.shearling.formats.model.ModelShape;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.states.StateFile;
import io.shearling.recipes.statistics.GramMatrices;
import io.shearling.recipes.statistics.GramMatrix;
import io.shearling.recipes.statistics.Statistics;
import io.shearling.recipes.statistics.TextChunks;
import io.shearling.runtime.Model;
import io.shearling.runtime.measure.NativeFloats;
import io.shearling.runtime.measure.StatisticsCollector;
import io.shearling.runtime.measure.StatisticsSettings;
import io.shearling.runtime.measure.WeightStatistics;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Rounds one block after the other for what the quantized blocks before it give, beside what they gave before they were quantized
 * (GPTAQ, arXiv 2504.02692). Each block is computed as a model of its own, three times over the text: as it is, for both inputs, and
 * quantized. For one run, by one thread.
 */
final class BlockRounding {
    /** Half of the Gram matrix, and all of the cross matrix. */
    private static final int BYTES_OF_AN_ELEMENT = 6;

    /** Passes over a block. */
    private static final int PASSES = 2;

    private static final int CHECKED_TOKENS = 64;

    /** Of a token's state; kernels of other types give a thousandth, what is not the same block a multiple. */
    private static final double SAME = 0.05;

    /** What is done with the sums, which are freed afterwards. */
    interface Rounding {
        /** Turns the sum of (exact - x) xᵀ into what makes it good, in its place. */
        void correct(GramMatrix gram, FloatBuffer cross);

        /** Rounds the matrices that have these inputs; in the first block nothing has to be made good. */
        void round(GramMatrix gram, @Nullable FloatBuffer correction) throws InterruptedException;
    }

    private final GgufFile model;
    private final GgufPlacer output;
    private final SharedInputs inputs;
    private final GptqSettings settings;
    private final int threads;
    private final QuantizationListener listener;
    private int read;

    BlockRounding(
            GgufFile model,
            GgufPlacer output,
            SharedInputs inputs,
            GptqSettings settings,
            int threads,
            QuantizationListener listener) {
        this.model = model;
        this.output = output;
        this.inputs = inputs;
        this.settings = settings;
        this.threads = threads;
        this.listener = listener;
    }

    /**
     * Rounds all blocks.
     *
     * @param whole the model as it is
     */
    void run(Model whole, TextChunks chunks, Rounding rounding) throws InterruptedException {
        ModelShape shape = ModelShape.find(model.metadata()).orElseThrow();
        int blocks = shape.blockCount();
        int floats = Math.multiplyExact(chunks.size(), shape.embeddingLength());
        try (BlockModel block = BlockModel.write(model, blocks, beside(".block.gguf"));
                StateFile states = new StateFile(beside(".states"), floats)) {
            for (int number = 0; number < blocks; number++) {
                Reading text = new Reading(chunks, states, number, blocks * PASSES * chunks.count(), floats);
                block.become(
                        number,
                        model.tensors(),
                        (i, at, data) -> model.read(model.tensors().get(i), at, data));
                try (Model exact = GptqRounding.load(block.path())) {
                    sum(exact, text, rounding);
                }
                requireSame(whole, text);
                block.become(
                        number,
                        output.tensors(),
                        (i, at, data) -> output.read(output.tensors().get(i), at, data));
                try (Model quantized = GptqRounding.load(block.path())) {
                    advance(quantized, text);
                }
            }
        } catch (InternalError e) {
            throw RecipeException.gone(model.path(), "its blocks", e);
        }
    }

    /** Named after the unfinished output, which no other run has open; what a crash left is written over. */
    private Path beside(String ending) {
        Path unfinished = output.unfinished();
        return unfinished.resolveSibling(unfinished.getFileName() + ending);
    }

    /** Where the states of a chunk are, of the model as it is or of its quantized blocks. */
    private static int place(int chunk, boolean exact) {
        return 2 * chunk + (exact ? 0 : 1);
    }

    /** What a block reads. */
    private final class Reading {
        private final TextChunks chunks;
        private final StateFile states;
        private final int block;
        private final int all;
        private final float[] in;
        private final float[] out;

        Reading(TextChunks chunks, StateFile states, int block, int all, int floats) {
            this.chunks = chunks;
            this.states = states;
            this.block = block;
            this.all = all;
            in = new float[floats];
            out = new float[floats];
        }

        /** Computes a chunk; the first block begins with the tokens, which have no errors. */
        void step(StatisticsCollector collector, int chunk, boolean exact, boolean kept, boolean written) {
            if (block > 0) {
                states.read(place(chunk, exact), in);
            }
            int[] tokens = block == 0 ? chunks.chunk(chunk) : null;
            collector.step(tokens, block == 0 ? null : in, chunks.size(), kept, written ? out : null);
        }

        void tell() {
            listener.read(read++, all);
        }
    }

    /** One or more passes with the weights as they are; the last of them gives the states of the next block. */
    private void sum(Model exact, Reading text, Rounding rounding) throws InterruptedException {
        List<String> wanted = inputs.unwritten(text.block);
        List<List<String>> passes =
                GramMatrices.passes(inputs.statistics(), wanted, BYTES_OF_AN_ELEMENT, settings.memoryBytes());
        for (int pass = 0; pass < Math.max(1, passes.size()); pass++) {
            List<String> weights = passes.isEmpty() ? List.of() : passes.get(pass);
            sum(exact, text, weights, pass >= passes.size() - 1, rounding);
        }
    }

    private void sum(Model exact, Reading text, List<String> weights, boolean last, Rounding rounding)
            throws InterruptedException {
        String prefix = "blk." + text.block + ".";
        List<String> own = weights.stream()
                .map(weight -> "blk.0." + weight.substring(prefix.length()))
                .toList();
        boolean compared = text.block > 0 && !weights.isEmpty();
        try (StatisticsCollector collector = collector(exact, own, compared)) {
            for (int chunk = 0; chunk < text.chunks.count(); chunk++) {
                int now = chunk;
                if (last) {
                    text.tell();
                }
                Statistics.known(exact.name(), () -> {
                    text.step(collector, now, true, compared, true);
                    if (compared) {
                        text.step(collector, now, false, false, false);
                    }
                    return now;
                });
                if (last) {
                    text.states.write(place(chunk, true), text.out);
                }
            }
            List<WeightStatistics> seen = collector.weights();
            for (int i = 0; i < seen.size(); i++) {
                if (own.contains(seen.get(i).name())) {
                    round(collector, i, seen.get(i), prefix, compared, rounding);
                }
            }
        }
    }

    private static void round(
            StatisticsCollector collector,
            int index,
            WeightStatistics weight,
            String prefix,
            boolean compared,
            Rounding rounding)
            throws InterruptedException {
        String name = prefix + weight.name().substring("blk.0.".length());
        long count = (long) weight.counts()[0];
        try (NativeFloats cross = compared ? collector.cross(index) : null) {
            if (cross != null) {
                try (NativeFloats gram = collector.gram(index)) {
                    rounding.correct(new GramMatrix(name, weight.columns(), count, gram.buffer()), cross.buffer());
                }
            }
            try (NativeFloats gram = collector.gram(index)) {
                rounding.round(
                        new GramMatrix(name, weight.columns(), count, gram.buffer()),
                        cross == null ? null : cross.buffer());
            }
        }
    }

    private void advance(Model quantized, Reading text) {
        try (StatisticsCollector collector = collector(quantized, List.of(), false)) {
            for (int chunk = 0; chunk < text.chunks.count(); chunk++) {
                int now = chunk;
                text.tell();
                Statistics.known(quantized.name(), () -> {
                    text.step(collector, now, false, false, true);
                    return now;
                });
                text.states.write(place(chunk, false), text.out);
            }
        }
    }

    private StatisticsCollector collector(Model block, List<String> weights, boolean compared) {
        return new StatisticsCollector(
                block, StatisticsSettings.upTo(0, settings.chunkTokens(), threads, weights, compared));
    }

    /** Blocks that see different stretches of the text differ only after the shorter one. */
    private int checkedTokens(int chunk) {
        String architecture = model.metadata().string("general.architecture");
        boolean windows = model.metadata()
                .findInteger(architecture + ".attention.sliding_window")
                .isPresent();
        return windows ? chunk : Math.min(CHECKED_TOKENS, chunk);
    }

    /** A block that needs more than what the one before gives is no model of its own. */
    private void requireSame(Model whole, Reading text) {
        int width = text.out.length / text.chunks.size();
        int count = checkedTokens(text.chunks.size());
        float[] expected = new float[count * width];
        try (StatisticsCollector collector = new StatisticsCollector(
                whole, StatisticsSettings.upTo(text.block, settings.chunkTokens(), threads, List.of(), false))) {
            int[] tokens = Arrays.copyOf(text.chunks.chunk(0), count);
            Statistics.known(whole.name(), () -> {
                collector.step(tokens, null, count, false, expected);
                return count;
            });
        }
        text.states.read(place(0, true), text.out);
        double difference = 0;
        for (int token = 0; token < count; token++) {
            double square = 0;
            double error = 0;
            for (int i = token * width; i < (token + 1) * width; i++) {
                square += (double) expected[i] * expected[i];
                error += ((double) text.out[i] - expected[i]) * ((double) text.out[i] - expected[i]);
            }
            difference += Math.sqrt(error / Math.max(square, Double.MIN_NORMAL)) / count;
        }
        if (!(difference < SAME)) {
            throw new RecipeException(
                    Kind.MODEL,
                    model.path().toString(),
                    "its block " + text.block + " does not compute alone what it computes in the model",
                    "leave --quantized-inputs out");
        }
    }
}
