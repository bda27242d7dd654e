package io.shearling.cli;

import io.shearling.recipes.prune.LayerChoice;
import io.shearling.recipes.prune.LayerRule;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** Which layers go: named, or so many by a rule. */
final class LayerOption {
    /** Layers by their numbers. */
    record Numbers(List<Integer> layers) {}

    /** Reads numbers and runs of them, as {@code 3,12-14}. */
    static final class NumberList implements ITypeConverter<Numbers> {
        /** No model has more layers than three digits number. */
        private static final Pattern RUN = Pattern.compile("(\\d{1,3})(?:-(\\d{1,3}))?");

        @Override
        public Numbers convert(String text) {
            List<Integer> layers = new ArrayList<>();
            for (String run : text.split(",", -1)) {
                Matcher matcher = RUN.matcher(run.strip());
                if (!matcher.matches()) {
                    throw new TypeConversionException("must be numbers of layers, from 0, as 3,12-14");
                }
                int first = Integer.parseInt(matcher.group(1));
                int last = matcher.group(2) == null ? first : Integer.parseInt(matcher.group(2));
                if (last < first) {
                    throw new TypeConversionException("has the run " + run.strip() + ", which ends before it begins");
                }
                for (int layer = first; layer <= last; layer++) {
                    layers.add(layer);
                }
            }
            return new Numbers(layers);
        }
    }

    /** Reads the name of a rule. */
    static final class Rule implements ITypeConverter<LayerRule>, Iterable<String> {
        private static final List<String> NAMES = Arrays.stream(LayerRule.values())
                .map(rule -> rule.name().toLowerCase(Locale.ROOT))
                .toList();

        @Override
        public LayerRule convert(String text) {
            return Arrays.stream(LayerRule.values())
                    .filter(each -> each.name().equalsIgnoreCase(text))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("must be one of " + String.join(", ", NAMES)));
        }

        @Override
        public Iterator<String> iterator() {
            return NAMES.iterator();
        }
    }

    @Option(
            names = "--layers",
            paramLabel = "LIST",
            converter = NumberList.class,
            description = "The layers to remove, by their numbers from 0, as 3,12-14.")
    private @Nullable Numbers listed;

    @Option(
            names = "--count",
            paramLabel = "N",
            converter = NumberRange.LayerCount.class,
            description = "How many layers to remove, those that --rule says.")
    private int count;

    @Option(
            names = "--rule",
            paramLabel = "RULE",
            converter = Rule.class,
            completionCandidates = Rule.class,
            description =
                    "Which layers go: ${COMPLETION-CANDIDATES}. Default: middle, a run with as many before it as behind it.")
    private @Nullable LayerRule rule;

    /** What was chosen. */
    LayerChoice choice() {
        if (listed != null) {
            if (count > 0 || rule != null) {
                throw new UsageException("--layers names the layers, and " + (count > 0 ? "--count" : "--rule")
                        + " would choose them; leave one out");
            }
            return new LayerChoice.Listed(listed.layers());
        }
        if (count == 0) {
            throw new UsageException("say what to remove: --count N, how many layers, or --layers LIST, which");
        }
        return new LayerChoice.Ruled(rule == null ? LayerRule.MIDDLE : rule, count);
    }
}
