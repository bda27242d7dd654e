package io.shearling.recipes.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What a result must reach to be published; what is empty does not matter.
 *
 * @param maxKl most nats a token of mean KL divergence from the original
 * @param maxPerplexityRatio most that the perplexity may be, divided by the original's
 * @param minSameTop least share of tokens where both find the same one likeliest
 * @param maxBytes most bytes of the file
 */
public record Gate(
        OptionalDouble maxKl, OptionalDouble maxPerplexityRatio, OptionalDouble minSameTop, OptionalLong maxBytes) {
    /** Everything passes. */
    public static final Gate OPEN =
            new Gate(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty(), OptionalLong.empty());

    static final List<String> FIELDS = List.of("max-kl", "max-perplexity-ratio", "min-same-top", "max-size");

    private static final double ANY = 1e9;

    static Gate read(RecipeNode node) {
        RecipeFields fields = node.fields(FIELDS);
        return new Gate(
                number(fields, "max-kl", ANY),
                number(fields, "max-perplexity-ratio", ANY),
                number(fields, "min-same-top", 1),
                fields.find("max-size")
                        .map(each -> OptionalLong.of(each.bytes()))
                        .orElse(OptionalLong.empty()));
    }

    private static OptionalDouble number(RecipeFields fields, String name, double most) {
        return fields.find(name)
                .map(each -> OptionalDouble.of(each.number(0, most)))
                .orElse(OptionalDouble.empty());
    }

    /** What a result does not reach, a clause each; none when it passes. */
    public List<String> failures(Figures figures, long bytes) {
        List<String> failures = new ArrayList<>();
        above(failures, "the KL divergence", figures.kl().value(), maxKl);
        above(failures, "the ratio of perplexities", figures.ratio().value(), maxPerplexityRatio);
        // Not the other way about: no number is no pass either.
        if (minSameTop.isPresent() && !(figures.sameTop().value() >= minSameTop.getAsDouble())) {
            failures.add("the share of same likeliest tokens is "
                    + shown(figures.sameTop().value()) + " and must be at least " + shown(minSameTop.getAsDouble()));
        }
        if (maxBytes.isPresent() && bytes > maxBytes.getAsLong()) {
            failures.add("the file has " + bytes + " bytes and may have " + maxBytes.getAsLong());
        }
        return failures;
    }

    private static void above(List<String> failures, String what, double value, OptionalDouble most) {
        if (most.isPresent() && !(value <= most.getAsDouble())) {
            failures.add(what + " is " + shown(value) + " and may be " + shown(most.getAsDouble()));
        }
    }

    private static String shown(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }
}
