package io.shearling.recipes.prune;

import io.shearling.recipes.CalibrationTexts;
import java.util.List;

/**
 * The parts that a model can do without, as a text told.
 *
 * @param <P> numbers of layers, or blocks
 * @param steps in the order in which they were chosen
 * @param texts that were measured with
 * @param blocksComputed attention and feed-forward blocks that were computed to measure, each over the whole text
 * @param blocksWithout how many it would have been if each candidate had been computed from its first block on
 */
public record MeasuredParts<P>(List<Step<P>> steps, CalibrationTexts texts, long blocksComputed, long blocksWithout) {
    /**
     * A part that goes.
     *
     * @param figure what its rule looks at: the influence, the angle over π of the whole run, or the perplexity without this part and
     *     those before it
     */
    public record Step<P>(P part, double figure) {}

    /** Copies the list. */
    public MeasuredParts {
        steps = List.copyOf(steps);
    }

    /** What goes, in the order in which it was chosen. */
    public List<P> removed() {
        return steps.stream().map(Step::part).toList();
    }
}
