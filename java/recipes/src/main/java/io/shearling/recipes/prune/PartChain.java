package io.shearling.recipes.prune;

import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.states.StateFile;
import io.shearling.recipes.statistics.TextChunks;
import io.shearling.runtime.measure.Scorer;
import io.shearling.runtime.measure.ScorerOptions;
import io.shearling.runtime.measure.StatisticsCollector;
import io.shearling.runtime.measure.StatisticsSettings;
import io.shearling.runtime.measure.TokenScores;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A model as a chain of parts, some of which go one after the other. What goes into each part is kept in a file for the whole text, so
 * that a candidate computes only the parts behind the one that it lacks, and after a part is gone only what stood behind it is
 * computed anew. Every piece of the chain is a small model in a file, whose weights are mapped. For one run, by one thread.
 */
final class PartChain<P> implements AutoCloseable {
    // As Evaluation has them, for its figures.
    private static final int BATCH_TOKENS = 2048;
    private static final int MICRO_BATCH_TOKENS = 512;

    /** Kernels of other shapes give a thousandth; parts that need more than what the one before gives, a multiple. */
    private static final double SAME = 0.01;

    private final Parts<P> parts;
    private final Path model;
    private final Path target;
    private final TextChunks chunks;
    private final int threads;
    private final int width;
    private final StateFile states;
    private final List<P> left;
    private final ByteBuffer buffer = ScratchModel.buffer();

    // Of a chunk; large, and used again and again.
    private final float[] in;
    private final float[] out;
    private float[] several = new float[0];

    /** What goes into the parts 1 to this one of those that are left is kept. */
    private int known;

    private long computed;
    private long without;

    /**
     * Begins with all parts.
     *
     * @param model that they are of
     * @param width of its states
     * @param target files are made beside it
     */
    PartChain(Parts<P> parts, Path model, int width, TextChunks chunks, int threads, Path target) {
        this.parts = parts;
        this.model = model;
        this.target = target.resolveSibling(target.getFileName() + ".measured");
        this.chunks = chunks;
        this.threads = threads;
        this.width = width;
        left = new ArrayList<>(parts.all());
        in = new float[Math.multiplyExact(chunks.size(), width)];
        out = new float[in.length];
        states = new StateFile(this.target.resolveSibling(this.target.getFileName() + ".states"), in.length);
    }

    /** Of a state. */
    int width() {
        return width;
    }

    /** The parts that are left. */
    List<P> left() {
        return left;
    }

    /** Blocks that were computed so far, each over the whole text. */
    long computed() {
        return computed;
    }

    /** Blocks that the same candidates would have computed from the first one on. */
    long without() {
        return without;
    }

    /** Has what goes into the parts 1 to this one known; the number of the parts stands for what comes out of the last. */
    void know(int part) {
        while (known < part) {
            compute(known);
            known++;
        }
    }

    private void compute(int part) {
        try (ScratchModel one = ScratchModel.of(parts.keeping(List.of(left.get(part))), target, buffer);
                StatisticsCollector collector = new StatisticsCollector(
                        one.model(), StatisticsSettings.upTo(0, chunks.size(), threads, List.of(), false))) {
            for (int chunk = 0; chunk < chunks.count(); chunk++) {
                int[] tokens = part == 0 ? chunks.chunk(chunk) : null;
                if (part > 0) {
                    read(part, chunk, in);
                }
                collector.step(tokens, tokens == null ? in : null, chunks.size(), false, out);
                states.write(place(part + 1, chunk), out);
            }
        }
        computed += parts.blocks();
    }

    /** What goes into a part, or comes out of the last. */
    void read(int part, int chunk, float[] values) {
        states.read(place(part, chunk), values);
    }

    private int place(int part, int chunk) {
        return (part - 1) * chunks.count() + chunk;
    }

    /**
     * The perplexity without a part, of more than one.
     *
     * @return NaN where what is left computes what is no number
     */
    double perplexityWithout(int part) {
        without += (long) (left.size() - 1) * parts.blocks();
        // Behind the last part comes none that a model could be made of.
        int from = Math.min(part, left.size() - 2);
        List<P> kept = new ArrayList<>(left.subList(from, left.size()));
        kept.remove(part - from);
        know(from);
        return perplexity(kept, from);
    }

    /**
     * The perplexity of what is left.
     *
     * @throws RecipeException when the parts do not compute alone what they compute together
     */
    double perplexity() {
        double whole = perplexity(left, 0);
        int last = left.size() - 1;
        know(last);
        double cut = perplexity(left.subList(last, last + 1), last);
        if (!(Math.abs(cut - whole) <= SAME * whole)) {
            throw new RecipeException(
                    Kind.MODEL,
                    model.toString(),
                    "its layers do not compute alone what they compute together (perplexity " + cut + " instead of "
                            + whole + ")",
                    "choose the layers by another rule, or by their numbers");
        }
        return whole;
    }

    /** Takes a part away. */
    void remove(int part) {
        left.remove(part);
        known = Math.min(known, part);
    }

    private double perplexity(List<P> kept, int from) {
        ScorerOptions options = new ScorerOptions(chunks.size(), BATCH_TOKENS, MICRO_BATCH_TOKENS, threads, false);
        double sum = 0;
        long count = 0;
        try (ScratchModel tail = ScratchModel.of(parts.keeping(kept), target, buffer);
                Scorer scorer = Scorer.open(tail.model(), Optional.empty(), options)) {
            for (int chunk = 0; chunk < chunks.count(); chunk += scorer.chunksPerStep()) {
                TokenScores scores =
                        score(scorer, from, chunk, Math.min(scorer.chunksPerStep(), chunks.count() - chunk));
                for (int i = 0; i < scores.count(); i++) {
                    sum += scores.nll(i);
                }
                count += scores.count();
            }
        }
        computed += (long) kept.size() * parts.blocks();
        return Math.exp(sum / count);
    }

    private TokenScores score(Scorer scorer, int from, int first, int count) {
        int[] tokens = new int[count * chunks.size()];
        if (several.length != (from == 0 ? 0 : tokens.length * width)) {
            several = new float[from == 0 ? 0 : tokens.length * width];
        }
        for (int i = 0; i < count; i++) {
            System.arraycopy(chunks.chunk(first + i), 0, tokens, i * chunks.size(), chunks.size());
            if (from > 0) {
                read(from, first + i, in);
                System.arraycopy(in, 0, several, i * in.length, in.length);
            }
        }
        return from == 0 ? scorer.step(first, count, tokens) : scorer.step(first, count, tokens, several);
    }

    @Override
    public void close() {
        states.close();
    }
}
