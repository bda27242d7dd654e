package io.shearling.recipes.prune;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.recipes.CalibrationTexts;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.Text;
import io.shearling.recipes.prune.MeasuredParts.Step;
import io.shearling.recipes.statistics.BlockInfluence;
import io.shearling.recipes.statistics.Statistics;
import io.shearling.recipes.statistics.StatisticsListener;
import io.shearling.recipes.statistics.TextChunks;
import io.shearling.runtime.Model;
import io.shearling.runtime.ModelOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds with a text which parts of a model can go. Models of some of its parts, and what goes into each part, are kept in files beside
 * the output meanwhile: as many bytes as the model has, and 4 times the tokens, the width and the parts of it. For one thread; an
 * interrupt cancels.
 */
public final class PartSearch {
    private final Path model;
    private final Text text;
    private final MeasuringOptions options;
    private final Path target;
    private final MeasuringListener listener;

    /**
     * A search in a model.
     *
     * @param text not one that the result is evaluated with
     * @param target the output, beside which files are made
     */
    public PartSearch(Path model, Text text, MeasuringOptions options, Path target, MeasuringListener listener) {
        this.model = model;
        this.text = text;
        this.options = options;
        this.target = target.toAbsolutePath();
        this.listener = listener;
    }

    /**
     * So many layers by a rule.
     *
     * @throws RecipeException when there are not more than that, the text is too short, the model's layers are not known to be alike
     *     wherever they stand, or its states cannot be seen
     */
    public MeasuredParts<Integer> layers(MeasuredRule rule, int count) {
        try (GgufFile file = GgufFile.open(model)) {
            Parts<Integer> parts = Parts.layers(file);
            require(count, parts.all().size(), "layers");
            return switch (rule) {
                case INFLUENCE -> influence(parts, count);
                case ANGULAR -> chained(parts, (chain, chunks) -> angular(chain, chunks, count));
                case PERPLEXITY -> chained(parts, (chain, chunks) -> greedy(chain, count));
            };
        }
    }

    /**
     * So many attention and feed-forward blocks: one after the other the one without which the perplexity is the least (BlockPruner,
     * arXiv 2406.10594).
     *
     * @throws RecipeException as {@link #layers}, and for models that {@link BlockPruning} does not take
     */
    public MeasuredParts<ResidualBlock> blocks(int count) {
        try (GgufFile file = GgufFile.open(model)) {
            Parts<ResidualBlock> parts = Parts.blocks(file);
            require(count, parts.all().size(), "blocks");
            return chained(parts, (chain, chunks) -> greedy(chain, count));
        }
    }

    private void require(int count, int there, String what) {
        if (count < 1 || count >= there) {
            throw new RecipeException(
                    Kind.MODEL,
                    model.toString(),
                    "it has " + there + " " + what + ", of which " + count + " cannot be removed",
                    "remove some, not all");
        }
    }

    /** Looks for parts in a chain. */
    private interface Choice<P> {
        List<Step<P>> steps(PartChain<P> chain, TextChunks chunks);
    }

    private <P> MeasuredParts<P> chained(Parts<P> parts, Choice<P> choice) {
        Cut cut = cut();
        try (PartChain<P> chain = new PartChain<>(parts, model, cut.width(), cut.chunks(), options.threads(), target)) {
            List<Step<P>> steps =
                    Statistics.known(model.getFileName().toString(), () -> choice.steps(chain, cut.chunks()));
            // Where no candidates are computed there is nothing to spare.
            long without = chain.without() == 0 ? chain.computed() : chain.without();
            return new MeasuredParts<>(steps, CalibrationTexts.of(text), chain.computed(), without);
        }
    }

    /** The text as the model's tokens, and how wide its states are. */
    private record Cut(TextChunks chunks, int width) {}

    /** The model is not kept: what is measured needs no vocabulary. */
    private Cut cut() {
        try (Model whole = load()) {
            TextChunks all = TextChunks.of(whole, text, options.chunkTokens(), 0);
            return new Cut(options.chunks() == 0 ? all : all.first(options.chunks()), whole.embeddingLength());
        }
    }

    private Model load() {
        return Model.load(model, ModelOptions.builder().cpuOnly().build());
    }

    private <P> List<Step<P>> greedy(PartChain<P> chain, int count) {
        chain.perplexity();
        List<Step<P>> steps = new ArrayList<>();
        for (int step = 1; step <= count; step++) {
            int all = chain.left().size();
            double[] perplexities = new double[all];
            // In the order of the parts, for each makes known what the next one needs.
            for (int part = 0; part < all; part++) {
                listener.measured(step, count, part, all);
                perplexities[part] = chain.perplexityWithout(part);
            }
            int best = least(perplexities);
            steps.add(new Step<>(chain.left().get(best), perplexities[best]));
            chain.remove(best);
        }
        return steps;
    }

    /** The first of the least; what is no number is more than all. */
    private int least(double[] figures) {
        int best = -1;
        for (int i = 0; i < figures.length; i++) {
            if (!Double.isNaN(figures[i]) && (best < 0 || figures[i] < figures[best])) {
                best = i;
            }
        }
        if (best < 0) {
            throw new RecipeException(
                    Kind.MODEL,
                    model.toString(),
                    "the states between its layers cannot be seen, or are no numbers",
                    "choose the layers by another rule, or by their numbers");
        }
        return best;
    }

    private MeasuredParts<Integer> influence(Parts<Integer> parts, int count) {
        TextChunks chunks = cut().chunks();
        List<Integer> left = new ArrayList<>(parts.all());
        List<Step<Integer>> steps = new ArrayList<>();
        long computed = 0;
        for (int step = 1; step <= count; step++) {
            double[] influences = influences(parts, left, chunks, step, count);
            computed += (long) left.size() * parts.blocks();
            int least = least(influences);
            Integer layer = left.get(least);
            left.removeIf(layer::equals);
            steps.add(new Step<>(layer, influences[least]));
        }
        return new MeasuredParts<>(steps, CalibrationTexts.of(text), computed, computed);
    }

    private double[] influences(Parts<Integer> parts, List<Integer> left, TextChunks chunks, int step, int count) {
        StatisticsListener told = (done, all) -> listener.measured(step, count, done, all);
        Path place = target.resolveSibling(target.getFileName() + ".measured");
        try (ScratchModel now = ScratchModel.of(parts.keeping(left), place, ScratchModel.buffer())) {
            double[] influences =
                    Statistics.collect(now.model(), text, chunks, options.statistics(chunks.count()), told)
                            .blocks()
                            .stream()
                            .mapToDouble(BlockInfluence::block)
                            .toArray();
            return influences.length == left.size() ? influences : new double[] {Double.NaN};
        }
    }

    private List<Step<Integer>> angular(PartChain<Integer> chain, TextChunks chunks, int count) {
        chain.perplexity();
        int all = chain.left().size();
        for (int part = 1; part <= all; part++) {
            listener.measured(1, 1, part - 1, all);
            chain.know(part);
        }
        double[] angles = new double[all - count + 1];
        angles[0] = Double.NaN;
        for (int first = 1; first < angles.length; first++) {
            angles[first] = angle(chain, chunks, first, first + count);
        }
        int best = least(angles);
        List<Step<Integer>> steps = new ArrayList<>();
        for (int layer = best; layer < best + count; layer++) {
            steps.add(new Step<>(layer, angles[best]));
        }
        return steps;
    }

    /** The mean angle over π between two states of a token. */
    private static double angle(PartChain<Integer> chain, TextChunks chunks, int from, int to) {
        int width = chain.width();
        float[] before = new float[chunks.size() * width];
        float[] behind = new float[before.length];
        double sum = 0;
        for (int chunk = 0; chunk < chunks.count(); chunk++) {
            chain.read(from, chunk, before);
            chain.read(to, chunk, behind);
            for (int token = 0; token < chunks.size(); token++) {
                sum += Math.acos(cosine(before, behind, token * width, width)) / Math.PI;
            }
        }
        return sum / ((double) chunks.count() * chunks.size());
    }

    private static double cosine(float[] a, float[] b, int from, int count) {
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = from; i < from + count; i++) {
            ab += (double) a[i] * b[i];
            aa += (double) a[i] * a[i];
            bb += (double) b[i] * b[i];
        }
        return Math.max(-1, Math.min(1, ab / Math.sqrt(aa * bb)));
    }
}
