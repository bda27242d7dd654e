package io.shearling.cli;

import io.shearling.recipes.prune.LayerRule;
import io.shearling.recipes.prune.MeasuredRule;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * A value of {@code --rule}.
 *
 * @param fixed where no text is needed
 * @param measured where a text tells which layers go; without either it tells which of their parts
 */
record PruneRule(String name, Optional<LayerRule> fixed, Optional<MeasuredRule> measured) {
    private static final List<PruneRule> ALL = Stream.of(
                    Arrays.stream(LayerRule.values())
                            .map(rule -> new PruneRule(lower(rule), Optional.of(rule), Optional.empty())),
                    Arrays.stream(MeasuredRule.values())
                            .map(rule -> new PruneRule(lower(rule), Optional.empty(), Optional.of(rule))),
                    Stream.of(new PruneRule("blocks", Optional.empty(), Optional.empty())))
            .flatMap(rules -> rules)
            .toList();

    private static final List<String> NAMES = ALL.stream().map(PruneRule::name).toList();

    /** The one whose models are the best; docs/prune.md has the figures. */
    static final PruneRule BEST =
            new PruneRule(lower(MeasuredRule.PERPLEXITY), Optional.empty(), Optional.of(MeasuredRule.PERPLEXITY));

    private static String lower(Enum<?> rule) {
        return rule.name().toLowerCase(Locale.ROOT);
    }

    /** Reads the name. */
    static final class Names implements ITypeConverter<PruneRule>, Iterable<String> {
        @Override
        public PruneRule convert(String text) {
            return ALL.stream()
                    .filter(each -> each.name.equalsIgnoreCase(text))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("must be one of " + String.join(", ", NAMES)));
        }

        @Override
        public Iterator<String> iterator() {
            return NAMES.iterator();
        }
    }
}
