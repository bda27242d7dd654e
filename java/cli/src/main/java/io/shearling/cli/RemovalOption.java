package io.shearling.cli;

import io.shearling.recipes.prune.BlockPruning;
import io.shearling.recipes.prune.LayerChoice;
import io.shearling.recipes.prune.LayerPruning;
import io.shearling.recipes.prune.LayerRule;
import io.shearling.recipes.prune.Pruning;
import io.shearling.recipes.prune.Repair;
import io.shearling.recipes.prune.ResidualBlock;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What goes: layers or parts of them by name, or so many layers by a rule. */
final class RemovalOption {
    /** What was chosen. */
    @FunctionalInterface
    interface Removal {
        /** Plans it for a model. */
        Pruning plan(Path model);
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
            converter = LayerList.class,
            description = "The layers to remove, by their numbers from 0, as 3,12-14.")
    private LayerList.@Nullable Layers listed;

    @Option(
            names = "--blocks",
            paramLabel = "LIST",
            converter = BlockList.class,
            description = {
                "Attention and feed-forward parts to remove, each for itself,",
                "as 12.attn,20-22.ffn; of models that are computed as Llama is."
            })
    private BlockList.@Nullable Blocks blocks;

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

    /**
     * What was chosen.
     *
     * @param repair of the layers that stay; null for none
     */
    Removal removal(@Nullable Repair repair) {
        if (blocks != null) {
            if (repair != null) {
                throw new UsageException("--repair is about whole layers, and --blocks removes parts; leave one out");
            }
            alone("--blocks", listed != null ? "--layers" : chosen());
            List<ResidualBlock> list = blocks.list();
            return model -> BlockPruning.of(model, list);
        }
        LayerChoice choice = choice();
        return model -> LayerPruning.of(model, choice, repair);
    }

    private LayerChoice choice() {
        if (listed != null) {
            alone("--layers", chosen());
            return new LayerChoice.Listed(listed.list());
        }
        if (count == 0) {
            throw new UsageException(
                    "say what to remove: --count N, how many layers, --layers LIST, which, or --blocks LIST");
        }
        return new LayerChoice.Ruled(rule == null ? LayerRule.MIDDLE : rule, count);
    }

    /** The option that says which go without naming them; null for none. */
    private @Nullable String chosen() {
        return count > 0 ? "--count" : rule == null ? null : "--rule";
    }

    private static void alone(String option, @Nullable String other) {
        if (other != null) {
            throw new UsageException(option + " names what goes, and " + other + " would say it again; leave one out");
        }
    }
}
