package io.shearling.recipes.statistics;

import io.shearling.recipes.CalibrationTexts;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.Text;
import io.shearling.runtime.Model;
import io.shearling.runtime.error.ShearlingException;
import io.shearling.runtime.measure.BlockCosines;
import io.shearling.runtime.measure.StatisticsCollector;
import io.shearling.runtime.measure.StatisticsSettings;
import io.shearling.runtime.measure.WeightStatistics;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Statistics of a model over a text: the importance and the means of each weight's columns, and the influence of each block. One
 * pass over the text. Immutable and thread-safe.
 *
 * <p>The same model, text and options give the same numbers for any count of threads.
 *
 * @param importance E[x²] and E[x] of the activations that each weight was multiplied with
 * @param blocks the influence of each block, in order
 * @param inputs for each weight the first one that is multiplied with the same activations, itself or another; what is computed of
 *     the activations alone is the same for both
 */
public record Statistics(ImportanceFile importance, List<BlockInfluence> blocks, Map<String, String> inputs) {
    /** Copies list and map. */
    public Statistics {
        blocks = List.copyOf(blocks);
        inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    }

    /**
     * Reads a text through a model. Blocks; an interrupt cancels.
     *
     * @param text whose name and checksum go into the file
     * @throws RecipeException when the text is too short, an activation is not finite (the weight is named), the model gives no
     *     logits, or the thread was interrupted
     */
    public static Statistics collect(Model model, Text text, StatisticsOptions options, StatisticsListener listener) {
        return collect(
                model, text, TextChunks.of(model, text, options.chunkTokens(), options.chunks()), options, listener);
    }

    /**
     * The same of a text that another model of the same tokens has cut already; this one may have no vocabulary.
     *
     * @param chunks of the text, all of which are read
     */
    public static Statistics collect(
            Model model, Text text, TextChunks chunks, StatisticsOptions options, StatisticsListener listener) {
        StatisticsSettings settings =
                new StatisticsSettings(options.chunkTokens(), options.threads(), options.processOutput(), List.of());
        return known(model.name(), () -> {
            try (StatisticsCollector collector = new StatisticsCollector(model, settings)) {
                listener.read(0, chunks.count());
                for (int i = 0; i < chunks.count(); i++) {
                    collector.add(chunks.chunk(i));
                    listener.read(i + 1, chunks.count());
                }
                return of(model, text, chunks, collector);
            }
        });
    }

    private static Statistics of(Model model, Text text, TextChunks chunks, StatisticsCollector collector) {
        List<WeightStatistics> weights = collector.weights();
        if (weights.isEmpty()) {
            throw new RecipeException(
                    Kind.MODEL,
                    model.name(),
                    "no weight of a block was multiplied with activations",
                    "take a model of another architecture");
        }
        List<Importance> importances = weights.stream()
                .map(weight -> new Importance(
                        weight.name(), floats(weight.squares()), floats(weight.counts()), floats(weight.sums())))
                .toList();
        Map<String, String> inputs = new LinkedHashMap<>();
        weights.forEach(
                weight -> inputs.put(weight.name(), weights.get(weight.input()).name()));
        return new Statistics(
                new ImportanceFile(
                        List.of(text.name()), chunks.count(), chunks.size(), importances, CalibrationTexts.of(text)),
                collector.blocks().stream().map(Statistics::influence).toList(),
                inputs);
    }

    private static BlockInfluence influence(BlockCosines cosines) {
        return new BlockInfluence(1 - cosines.block(), 1 - cosines.attention(), 1 - cosines.feedForward());
    }

    private static float[] floats(double[] values) {
        float[] result = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            result[i] = (float) values[i];
        }
        return result;
    }

    /**
     * Work with a model, whose failures become those of this package.
     *
     * @param model its name, for messages
     * @throws RecipeException for what the model's work threw
     */
    public static <T> T known(String model, Supplier<T> work) {
        try {
            return work.get();
        } catch (ShearlingException e) {
            Kind kind = switch (e.code()) {
                case CANCELLED -> Kind.CANCELLED;
                case NOT_FINITE -> Kind.VALUES;
                default -> Kind.MODEL;
            };
            String remedy = switch (kind) {
                case CANCELLED -> "collect the statistics again";
                case VALUES -> "the weights before it are broken: take another file of this model";
                default -> "take another model, or smaller chunks";
            };
            throw new RecipeException(kind, model, String.valueOf(e.getMessage()), remedy, e);
        }
    }
}
