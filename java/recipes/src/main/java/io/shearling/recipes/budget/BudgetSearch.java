package io.shearling.recipes.budget;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.GgufPart;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.Text;
import io.shearling.recipes.budget.BudgetListener.Step;
import io.shearling.recipes.quantize.ColumnImportance;
import io.shearling.recipes.statistics.ImportanceFile;
import io.shearling.recipes.statistics.Statistics;
import io.shearling.recipes.statistics.StatisticsOptions;
import io.shearling.runtime.Model;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Finds the types with which a model loses least within a budget.
 *
 * <p>Groups of tensors, a role in neighbouring blocks each, get coarse types one after the other while all else stays nearly lossless;
 * the divergence that this makes on some chunks of text tells what an error there costs. With the errors of all types of all tensors
 * that foretells any choice, and the best is found exactly. A few of the best, and the best preset that is no larger, are measured
 * on other chunks; the best of them is the result.
 *
 * <pre>{@code
 * BudgetReport report = BudgetSearch.run(model, target, new Budget.Size(90_000_000), Text.read(text),
 *         BudgetOptions.DEFAULT, BudgetListener.NONE);
 * try (Quantization quantization = Quantization.of(model, report.options())) {
 *     quantization.write(target, SplitRule.NONE, (done, all) -> {});
 * }
 * }</pre>
 *
 * <p>Models that are measured are written into a folder beside the target, which is gone in the end.
 */
public final class BudgetSearch {
    private static final String MODEL = ".gguf";

    private final SearchInput input;
    private final Path target;
    private final Budget budget;
    private final Text text;
    private final BudgetOptions options;
    private final BudgetListener listener;

    private BudgetSearch(
            SearchInput input, Path target, Budget budget, Text text, BudgetOptions options, BudgetListener listener) {
        this.input = input;
        this.target = target;
        this.budget = budget;
        this.text = text;
        this.options = options;
        this.listener = listener;
    }

    /** Where importance that was collected for a model is kept: beside it. */
    public static Path importancePath(Path target) {
        return beside(target, ".imatrix.gguf");
    }

    /** Where the types of a model are kept, unless another place is named: beside it. */
    public static Path typesPath(Path target) {
        return beside(target, ".types.txt");
    }

    private static Path beside(Path target, String ending) {
        String name = String.valueOf(target.getFileName());
        String stem = name.endsWith(MODEL) ? name.substring(0, name.length() - MODEL.length()) : name;
        return target.resolveSibling(stem + ending);
    }

    /**
     * Searches. Blocks, for minutes; an interrupt cancels, and then nothing is left.
     *
     * @param model the model, or the first of its parts
     * @param target where the result is going to be written; it is not yet
     * @param text to measure on: text for calibration, never what the result is judged by
     * @throws IllegalArgumentException for any size without a speed, and for a divergence with one
     * @throws RecipeException when the budget is impossible (the smallest that is possible is named), the text is too short, or the
     *     model cannot be quantized
     * @throws io.shearling.runtime.error.ShearlingException when the model cannot be loaded or foretells no tokens
     */
    public static BudgetReport run(
            Path model, Path target, Budget budget, Text text, BudgetOptions options, BudgetListener listener) {
        boolean fast = options.speed().isPresent();
        if (budget instanceof Budget.AnySize && !fast) {
            throw new IllegalArgumentException("A budget of any size has a speed.");
        }
        if (budget instanceof Budget.MaxDivergence && fast) {
            throw new IllegalArgumentException("A budget has a divergence to keep within or a speed, not both.");
        }
        try (SearchInput input = SearchInput.open(model, options)) {
            return new BudgetSearch(input, target, budget, text, options, listener).run();
        }
    }

    /**
     * Refuses what {@link #run} would refuse before it reads the text. Looks at headers alone: the data may be missing.
     *
     * @param options with an importance, whatever its values
     * @throws RecipeException when the budget is impossible, or the model cannot be quantized
     */
    public static void require(Path model, Budget budget, BudgetOptions options) {
        try (SearchInput input = SearchInput.open(model, options)) {
            BudgetLimits.of(budget, input.sizes(options.importance()), model);
        }
    }

    private BudgetReport run() {
        requireOther();
        SearchFolder.requireFolder(target);
        options.sensitivities().ifPresent(SearchFolder::requireFolder);
        ColumnImportance known = options.importance()
                .map(values -> values.seen(text))
                .orElseGet(() -> input.foreseen(importancePath(target), text));
        ModelTensors sizes = input.sizes(Optional.of(known));
        long most = BudgetLimits.of(budget, sizes, input.file().path()).most();
        long candidate = Math.max(most, sizes.sizeBytes(sizes.table(ChosenTensor::reference)));
        SearchFolder.requireRoom(target, candidate);
        try (SearchFolder folder = SearchFolder.beside(target)) {
            TextParts parts;
            Optional<ImportanceFile> collected;
            try (Model base = Trials.load(input.file().path())) {
                parts = TextParts.of(text, base.tokenizer(), options);
                long rows = SearchFolder.baseBytes(
                        parts.searchChunks() + parts.verificationChunks(),
                        options.contextTokens(),
                        base.tokenizer().vocabulary().size());
                SearchFolder.requireRoom(target, candidate + rows);
                collected = options.importance().isPresent() ? Optional.empty() : Optional.of(collect(base, parts));
                keepBase(base, parts, folder);
            }
            ColumnImportance importance = collected.map(this::importance).orElse(known);
            return new BudgetRun(input, budget, parts, Optional.of(importance), collected, options, folder, listener)
                    .report();
        }
    }

    private void requireOther() {
        for (GgufPart part : input.file().parts()) {
            try {
                if (Files.exists(target) && Files.isSameFile(target, part.path())) {
                    throw new RecipeException(
                            Kind.IO, target.toString(), "it is the model that is read", "name another output");
                }
            } catch (IOException e) {
                throw new RecipeException(
                        Kind.IO, target.toString(), "it cannot be looked at (" + e + ")", "name another output", e);
            }
        }
    }

    private ImportanceFile collect(Model base, TextParts parts) {
        StatisticsOptions how = StatisticsOptions.DEFAULT
                .withChunks(options.contextTokens(), parts.importanceChunks())
                .withThreads(options.threads());
        return Statistics.collect(
                        base,
                        parts.search(),
                        how,
                        (done, all) -> listener.progress(Step.IMPORTANCE, "importance of columns", done, all))
                .importance();
    }

    private ColumnImportance importance(ImportanceFile file) {
        return ColumnImportance.of(file, importancePath(target).toString()).seen(text);
    }

    private void keepBase(Model base, TextParts parts, SearchFolder folder) {
        GgufFile file = input.file();
        String name = String.valueOf(file.path().getFileName());
        int first = parts.searchChunks();
        int all = first + parts.verificationChunks();
        Trials trials = new Trials(file.path(), input.quantization(Optional.empty()), options.contextTokens());
        listener.progress(Step.BASE, name, 0, all);
        trials.keep(
                base,
                parts.search(),
                first,
                folder.search(),
                (done, some, figure) -> listener.progress(Step.BASE, name, done, all));
        trials.keep(
                base,
                parts.verification(),
                parts.verificationChunks(),
                folder.verification(),
                (done, some, figure) -> listener.progress(Step.BASE, name, first + done, all));
    }
}
