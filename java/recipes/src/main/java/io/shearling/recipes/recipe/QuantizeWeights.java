package io.shearling.recipes.recipe;

import io.shearling.formats.gguf.SplitRule;
import io.shearling.formats.preset.QuantizationPreset;
import io.shearling.formats.preset.TypeSettings;
import io.shearling.recipes.budget.Budget;
import io.shearling.recipes.budget.BudgetOptions;
import io.shearling.recipes.budget.BudgetReport;
import io.shearling.recipes.budget.BudgetSearch;
import io.shearling.recipes.quantize.ColumnImportance;
import io.shearling.recipes.quantize.GptqSettings;
import io.shearling.recipes.quantize.Quantization;
import io.shearling.recipes.quantize.QuantizationListener;
import io.shearling.recipes.quantize.QuantizationOptions;
import io.shearling.recipes.speed.SpeedGoal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Gives the weights smaller types: those of a mix, or the best within a budget.
 *
 * @param mix the mix; empty where there is a budget
 * @param budget what the file may cost; empty where there is a mix
 * @param speed the least speed, with a budget
 * @param importance whether the errors count by the importance of the columns over the text
 * @param chunks of the text, of 512 tokens, that importance and rounding read; 0: all
 * @param gptq whether rounding feeds its errors forward
 * @param requantize whether weights that are quantized already may lose a second time
 */
public record QuantizeWeights(
        Optional<QuantizationPreset> mix,
        Optional<Budget> budget,
        Optional<SpeedGoal> speed,
        boolean importance,
        int chunks,
        boolean gptq,
        boolean requantize)
        implements Step {
    static final String KIND = "quantize";
    static final List<String> FIELDS = List.of(
            "type",
            "size",
            "bits-per-weight",
            "max-kl",
            "generation-speed",
            "prompt-speed",
            "importance",
            "chunks",
            "rounding",
            "requantize");

    /** The mixes by their names. */
    static final Map<String, QuantizationPreset> MIXES = Arrays.stream(QuantizationPreset.values())
            .collect(Collectors.toMap(mix -> mix.name().toLowerCase(Locale.ROOT), mix -> mix));

    private static final List<String> GOALS = List.of("type", "size", "bits-per-weight", "max-kl");

    /** Room in a file for the keys that tell how it was made. */
    private static final int PROVENANCE_BYTES = 16_384;

    private static final int CHUNKS = 32;
    private static final double MOST_BITS = 32;
    private static final double MOST_SPEED = 1e9;
    private static final double ANY = 1e9;

    static QuantizeWeights read(RecipeNode node) {
        RecipeFields fields = node.fields(FIELDS);
        List<String> goals = GOALS.stream().filter(fields::has).toList();
        Optional<SpeedGoal> speed = speed(fields);
        if (goals.size() > 1) {
            throw node.refused("\"" + goals.get(0) + "\" and \"" + goals.get(1) + "\" are two goals", "leave one out");
        }
        if (goals.isEmpty() && speed.isEmpty()) {
            throw node.refused("it has no goal", "write one of " + String.join(", ", GOALS));
        }
        if (fields.has("type") && speed.isPresent()) {
            throw node.refused("a mix has the speed that it has", "write a size in its place, or leave the speed out");
        }
        if (fields.has("max-kl") && speed.isPresent()) {
            throw node.refused("\"max-kl\" and a speed are two goals", "leave one out");
        }
        boolean importance = fields.find("importance").map(RecipeNode::flag).orElse(true);
        if (!importance && !fields.has("type")) {
            throw node.refused("types are searched by importance", "leave \"importance\" out, or write a \"type\"");
        }
        Optional<QuantizationPreset> mix = fields.find("type").map(each -> each.choice(MIXES));
        return new QuantizeWeights(
                mix,
                mix.isPresent() ? Optional.empty() : Optional.of(budget(fields)),
                speed,
                importance,
                fields.chunks(CHUNKS),
                fields.find("rounding")
                        .map(each -> each.choice(Map.of("gptq", true, "nearest", false)))
                        .orElse(false),
                fields.find("requantize").map(RecipeNode::flag).orElse(false));
    }

    private static Budget budget(RecipeFields fields) {
        if (fields.has("size")) {
            RecipeNode size = fields.require("size");
            if (size.bytes() <= PROVENANCE_BYTES) {
                throw size.refused(
                        size.bytes() + " bytes are no room for a model: " + PROVENANCE_BYTES
                                + " of them tell how it was made",
                        "write more, as 90MB");
            }
            return new Budget.Size(size.bytes());
        }
        if (fields.has("bits-per-weight")) {
            return new Budget.BitsPerWeight(fields.require("bits-per-weight").number(0, MOST_BITS));
        }
        return fields.has("max-kl")
                ? new Budget.MaxDivergence(fields.require("max-kl").number(0, ANY))
                : new Budget.AnySize();
    }

    private static Optional<SpeedGoal> speed(RecipeFields fields) {
        OptionalDouble generation = speed(fields, "generation-speed");
        OptionalDouble prompt = speed(fields, "prompt-speed");
        return generation.isEmpty() && prompt.isEmpty()
                ? Optional.empty()
                : Optional.of(new SpeedGoal(generation, prompt));
    }

    private static OptionalDouble speed(RecipeFields fields, String name) {
        return fields.find(name)
                .map(each -> OptionalDouble.of(each.number(0, MOST_SPEED)))
                .orElse(OptionalDouble.empty());
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Map<String, String> settings() {
        Map<String, String> settings = new TreeMap<>();
        mix.ifPresent(type -> settings.put("type", type.name().toLowerCase(Locale.ROOT)));
        budget.ifPresent(each -> put(settings, each));
        speed.ifPresent(each -> settings.put("speed", each.words()));
        settings.put("importance", Boolean.toString(importance));
        settings.put("chunks", Integer.toString(chunks));
        settings.put("rounding", gptq ? "gptq" : "nearest");
        settings.put("requantize", Boolean.toString(requantize));
        return settings;
    }

    private static void put(Map<String, String> settings, Budget budget) {
        if (budget instanceof Budget.Size size) {
            settings.put("size", Long.toString(size.bytes()));
        } else if (budget instanceof Budget.BitsPerWeight bits) {
            settings.put("bits-per-weight", Double.toString(bits.bits()));
        } else if (budget instanceof Budget.MaxDivergence divergence) {
            settings.put("max-kl", Double.toString(divergence.nats()));
        }
    }

    @Override
    public boolean readsText() {
        return importance || gptq || budget.isPresent();
    }

    @Override
    public boolean last() {
        return true;
    }

    @Override
    public StepOutcome apply(Artifact input, StepContext context) {
        Optional<ColumnImportance> columns =
                importance ? Optional.of(context.importance(input, chunks)) : Optional.empty();
        List<String> facts = new ArrayList<>();
        QuantizationOptions options = budget.map(goal -> searched(input, goal, columns, context, facts))
                .orElseGet(() -> options(mix, columns, context));
        try (Quantization quantization = Quantization.of(input.model(), options)) {
            if (!quantization.fallbacks().isEmpty()) {
                facts.add(quantization.fallbacks().size()
                        + " tensors got a type of smaller blocks, which their rows fit");
            }
            quantization.write(context.target(), SplitRule.NONE, new QuantizationListener() {
                @Override
                public void written(long done, long all) {
                    context.progress("quantizing", "bytes", done, all);
                }

                @Override
                public void read(int chunks, int all) {
                    context.progress("reading for the rounding", "chunks", chunks, all);
                }
            });
        }
        return new StepOutcome(List.of(), facts);
    }

    private QuantizationOptions options(
            Optional<QuantizationPreset> preset, Optional<ColumnImportance> columns, StepContext context) {
        Optional<GptqSettings> feedback = gptq ? Optional.of(feedback(context)) : Optional.empty();
        return new QuantizationOptions(
                preset, TypeSettings.NONE, columns, feedback, requantize, false, context.threads());
    }

    private GptqSettings feedback(StepContext context) {
        return GptqSettings.of(context.calibration()).withChunks(StepContext.CHUNK_TOKENS, chunks);
    }

    private QuantizationOptions searched(
            Artifact input, Budget goal, Optional<ColumnImportance> columns, StepContext context, List<String> facts) {
        BudgetOptions.Builder options =
                BudgetOptions.builder().requantize(requantize).threads(context.threads());
        columns.ifPresent(options::importance);
        speed.ifPresent(wanted -> options.speed(wanted, context.profiles()));
        if (gptq) {
            options.rounding(feedback(context));
        }
        BudgetReport report = BudgetSearch.run(
                input.model(),
                context.target(),
                room(goal),
                context.calibration(),
                options.build(),
                (step, what, done, all) -> context.progress(
                        "searching types: " + step.name().toLowerCase(Locale.ROOT), "things", done, all));
        facts.add("types searched on the text of the calibration: KL "
                + shown(report.result().kl().value()) + " there");
        report.preset()
                .ifPresent(preset -> facts.add("the best mix that is no larger, " + preset.name() + ", has KL "
                        + shown(preset.kl().value()) + " there"));
        report.limit().ifPresent(facts::add);
        report.unrounded().ifPresent(facts::add);
        return report.options();
    }

    /** What the tensors may take. */
    private static Budget room(Budget goal) {
        return goal instanceof Budget.Size size ? new Budget.Size(size.bytes() - PROVENANCE_BYTES) : goal;
    }

    private static String shown(double value) {
        return String.format(Locale.ROOT, "%.4g", value);
    }

    @Override
    public String foretell(Path input, Path target) {
        // Values that are there in the end have no part in the types, but those that need them are refused without.
        QuantizationPreset shown = mix.orElse(QuantizationPreset.Q4_K_M);
        Optional<ColumnImportance> columns = importance ? Optional.of(AnyImportance.of(input)) : Optional.empty();
        BudgetOptions.Builder search = BudgetOptions.builder().requantize(requantize);
        columns.ifPresent(search::importance);
        budget.ifPresent(goal -> BudgetSearch.require(input, room(goal), search.build()));
        QuantizationOptions options = new QuantizationOptions(
                Optional.of(shown), TypeSettings.NONE, columns, Optional.empty(), requantize, false, 1);
        try (Quantization quantization = Quantization.of(input, options)) {
            quantization.plan(target, SplitRule.NONE).writeHollow(target);
        }
        return mix.isPresent() ? "" : "its types are searched; shown is q4_k_m in their place";
    }
}
