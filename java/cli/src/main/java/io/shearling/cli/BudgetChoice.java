package io.shearling.cli;

import io.shearling.recipes.budget.Budget;
import io.shearling.recipes.budget.BudgetSearch;
import io.shearling.recipes.speed.SpeedGoal;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code quantize} that give a budget instead of a mix. */
final class BudgetChoice {
    @Option(
            names = "--size",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            description =
                    "Instead of TYPE: the best types for a file of at most this size, as 90MB, 90MiB or 1.5GB, found by"
                            + " measuring on --text. Takes minutes.")
    private @Nullable Long size;

    @Option(
            names = "--bpw",
            paramLabel = "BITS",
            converter = NumberRange.BudgetNumber.class,
            description = "Instead of TYPE: the best types of at most so many bits a weight, as 4.5.")
    private @Nullable Double bitsPerWeight;

    @Option(
            names = "--max-kld",
            paramLabel = "NATS",
            converter = NumberRange.BudgetNumber.class,
            description =
                    "Instead of TYPE: the smallest file whose mean KL divergence from MODEL, with its standard error, is at"
                            + " most this, as 0.02.")
    private @Nullable Double divergence;

    @Option(
            names = "--tg",
            paramLabel = "SPEED",
            converter = LeastSpeed.Converter.class,
            description =
                    "The model generates at least so many tokens a second on this machine's CPU, as 25 or \">=25\"."
                            + " Alone or with --size or --bpw.")
    private @Nullable LeastSpeed generation;

    @Option(
            names = "--pp",
            paramLabel = "SPEED",
            converter = LeastSpeed.Converter.class,
            description = "The least speed of reading, in tokens of a prompt a second, as --tg is of generating.")
    private @Nullable LeastSpeed prompt;

    @Option(
            names = "--save-types",
            paramLabel = "FILE",
            description =
                    "Where a budget writes its types, for --tensor-type-file. Default: beside the output, as small.types.txt.")
    private @Nullable Path types;

    @Option(
            names = "--sensitivity",
            paramLabel = "FILE",
            description =
                    "Where a budget keeps what it has measured of the tensors, for other budgets of the same model and text: read"
                            + " when it is there, else written.")
    private @Nullable Path sensitivity;

    /** The budget, if there is one. */
    Optional<Budget> budget() {
        if (size != null) {
            return Optional.of(new Budget.Size(size));
        }
        if (bitsPerWeight != null) {
            return Optional.of(new Budget.BitsPerWeight(bitsPerWeight));
        }
        if (divergence != null) {
            return Optional.of(new Budget.MaxDivergence(divergence));
        }
        return speed().map(goal -> new Budget.AnySize());
    }

    /** The least speed, if one is wanted. */
    Optional<SpeedGoal> speed() {
        return generation == null && prompt == null
                ? Optional.empty()
                : Optional.of(new SpeedGoal(LeastSpeed.number(generation), LeastSpeed.number(prompt)));
    }

    /**
     * Refuses what does not go together.
     *
     * @param mix whether TYPE is given
     * @param pure whether --pure is given
     * @param text whether --text is given
     */
    void check(boolean mix, boolean pure, boolean text) {
        long budgets = Stream.of(
                        Optional.ofNullable(size), Optional.ofNullable(bitsPerWeight), Optional.ofNullable(divergence))
                .filter(Optional::isPresent)
                .count();
        if (budgets > 1) {
            throw new UsageException("--size, --bpw and --max-kld are a budget each; give one of them");
        }
        if (divergence != null && speed().isPresent()) {
            throw new UsageException(
                    "--max-kld and a speed do not go together; give --size or --bpw with --tg or --pp");
        }
        boolean any = budget().isPresent();
        if (any && mix) {
            throw new UsageException("TYPE is a mix and chooses the types already; leave it out, or the budget");
        }
        if (!any && !mix) {
            throw new UsageException(
                    "TYPE is missing; name a mix, as q4_k_m, or a budget with --size, --bpw, --max-kld, --tg or --pp");
        }
        if (any && pure) {
            throw new UsageException("--pure is about a mix; leave it out with a budget");
        }
        if (any && !text) {
            throw new UsageException("a budget needs a text; name a file with --text FILE");
        }
        if (!any) {
            refuse("--save-types", types);
            refuse("--sensitivity", sensitivity);
        }
    }

    private static void refuse(String option, @Nullable Object value) {
        if (value != null) {
            throw new UsageException(
                    option + " is about a budget; give one with --size, --bpw, --max-kld, --tg or --pp");
        }
    }

    Optional<Path> sensitivity() {
        return Optional.ofNullable(sensitivity);
    }

    /** Where the types are written for a model in this file. */
    Path types(Path target) {
        return types == null ? BudgetSearch.typesPath(target) : types;
    }
}
