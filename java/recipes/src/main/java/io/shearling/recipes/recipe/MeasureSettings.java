package io.shearling.recipes.recipe;

import io.shearling.recipes.evaluate.EvaluationOptions;
import java.util.List;

/**
 * How much of the text of the evaluation is read.
 *
 * @param chunks from its beginning, or as many as there are; 0: all
 * @param contextTokens of a chunk, of which the second half is scored
 */
public record MeasureSettings(int chunks, int contextTokens) {
    /** 16 chunks of 512 tokens. */
    public static final MeasureSettings DEFAULT = new MeasureSettings(16, 512);

    static final List<String> FIELDS = List.of("chunks", "context");

    static MeasureSettings read(RecipeNode node) {
        RecipeFields fields = node.fields(FIELDS);
        return new MeasureSettings(
                fields.find("chunks").map(each -> each.integer(0, 1_000_000)).orElse(DEFAULT.chunks()),
                fields.find("context")
                        .map(each -> each.integer(EvaluationOptions.LEAST_CONTEXT, EvaluationOptions.MOST_CONTEXT))
                        .orElse(DEFAULT.contextTokens()));
    }
}
