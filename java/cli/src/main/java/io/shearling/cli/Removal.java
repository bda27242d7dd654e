package io.shearling.cli;

import io.shearling.hub.ProgressListener;
import io.shearling.recipes.CalibrationTexts;
import io.shearling.recipes.Text;
import io.shearling.recipes.prune.BlockPruning;
import io.shearling.recipes.prune.LayerChoice;
import io.shearling.recipes.prune.LayerPruning;
import io.shearling.recipes.prune.MeasuredParts;
import io.shearling.recipes.prune.MeasuredRule;
import io.shearling.recipes.prune.MeasuringOptions;
import io.shearling.recipes.prune.PartSearch;
import io.shearling.recipes.prune.Pruning;
import io.shearling.recipes.prune.Repair;
import io.shearling.recipes.prune.ResidualBlock;
import io.shearling.recipes.prune.WidthOptions;
import io.shearling.recipes.prune.WidthPruning;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What goes from a model. */
sealed interface Removal {
    /** What is planned, and where a text told, how it was chosen. */
    record Plan(Pruning pruning, Optional<MeasuredParts<?>> measured) {}

    /**
     * Plans it for a model, after a search where it takes one.
     *
     * @param target the output
     * @param listener is told of what is read or measured, in {@link #unit}s
     */
    Plan plan(Path model, Path target, ProgressListener listener);

    /** What the listener counts. */
    default String unit() {
        return "candidates";
    }

    /**
     * Layers that are named, or that a rule names without a look at the model.
     *
     * @param repair of those that stay; null for none
     */
    record Layers(LayerChoice choice, @Nullable Repair repair) implements Removal {
        @Override
        public Plan plan(Path model, Path target, ProgressListener listener) {
            return new Plan(LayerPruning.of(model, choice, repair, CalibrationTexts.NONE), Optional.empty());
        }
    }

    /** Attention and feed-forward parts that are named. */
    record Blocks(List<ResidualBlock> list) implements Removal {
        @Override
        public Plan plan(Path model, Path target, ProgressListener listener) {
            return new Plan(BlockPruning.of(model, list), Optional.empty());
        }
    }

    /**
     * What a text tells.
     *
     * @param rule for layers; empty for parts of them
     * @param repair of the layers that stay; null for none
     */
    record Measured(
            Optional<MeasuredRule> rule,
            int count,
            @Nullable Repair repair,
            Text text,
            MeasuringOptions options) implements Removal {
        @Override
        public Plan plan(Path model, Path target, ProgressListener listener) {
            PartSearch search = new PartSearch(
                    model,
                    text,
                    options,
                    target,
                    (part, parts, done, all) ->
                            listener.progress("measuring what goes (" + part + " of " + parts + ")", done, all));
            if (rule.isEmpty()) {
                MeasuredParts<ResidualBlock> parts = search.blocks(count);
                return new Plan(BlockPruning.of(model, parts.removed(), parts.texts()), Optional.of(parts));
            }
            MeasuredParts<Integer> parts = search.layers(rule.get(), count);
            LayerChoice choice = new LayerChoice.Listed(parts.removed());
            return new Plan(LayerPruning.of(model, choice, repair, parts.texts()), Optional.of(parts));
        }
    }

    /** Units of the layers that a text shows to matter least. */
    record Width(WidthOptions options, int threads) implements Removal {
        @Override
        public Plan plan(Path model, Path target, ProgressListener listener) {
            return new Plan(
                    WidthPruning.of(
                            model, options, threads, (done, all) -> listener.progress("reading text", done, all)),
                    Optional.empty());
        }

        @Override
        public String unit() {
            return "chunks";
        }
    }
}
