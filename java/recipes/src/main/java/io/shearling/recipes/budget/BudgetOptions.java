package io.shearling.recipes.budget;

import io.shearling.formats.preset.TypeSettings;
import io.shearling.recipes.quantize.ColumnImportance;
import io.shearling.recipes.quantize.GptqSettings;
import io.shearling.recipes.speed.SpeedGoal;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a budget is spent. Immutable; made by {@link #builder}.
 *
 * <p>Of the text the first chunks are for the search, those behind them for the verification.
 */
public final class BudgetOptions {
    /** Everything by default. */
    public static final BudgetOptions DEFAULT = builder().build();

    private static final int LEAST_CONTEXT = 16;
    private static final int MOST_CONTEXT = 1 << 20;
    private static final int MOST_THREADS = 512;

    private final Optional<ColumnImportance> importance;
    private final TypeSettings settings;
    private final boolean requantize;
    private final boolean strict;
    private final int threads;
    private final int contextTokens;
    private final int searchChunks;
    private final int verificationChunks;
    private final int importanceChunks;
    private final Optional<Path> sensitivities;
    private final Optional<GptqSettings> rounding;
    private final Optional<SpeedGoal> speed;
    private final Optional<Path> profiles;

    private BudgetOptions(Builder builder) {
        importance = builder.importance;
        settings = builder.settings;
        requantize = builder.requantize;
        strict = builder.strict;
        threads = builder.threads;
        contextTokens = builder.contextTokens;
        searchChunks = builder.searchChunks;
        verificationChunks = builder.verificationChunks;
        importanceChunks = builder.importanceChunks;
        sensitivities = builder.sensitivities;
        rounding = builder.rounding;
        speed = builder.speed;
        profiles = builder.profiles;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** How much the columns of the weights matter; empty: that is collected over the text first. */
    public Optional<ColumnImportance> importance() {
        return importance;
    }

    /** Tensors that are named here have the type that is named; all others are searched. */
    public TypeSettings settings() {
        return settings;
    }

    public boolean requantize() {
        return requantize;
    }

    public boolean strict() {
        return strict;
    }

    public int threads() {
        return threads;
    }

    public int contextTokens() {
        return contextTokens;
    }

    public int searchChunks() {
        return searchChunks;
    }

    public int verificationChunks() {
        return verificationChunks;
    }

    public int importanceChunks() {
        return importanceChunks;
    }

    /** Where measurements are kept for other budgets of the same model. */
    public Optional<Path> sensitivities() {
        return sensitivities;
    }

    /** How the weights of the result are rounded, where it has any that are; what is measured is rounded to the nearest. */
    public Optional<GptqSettings> rounding() {
        return rounding;
    }

    /** The least speed on this machine's CPU; empty: speed does not matter, and is not measured. */
    public Optional<SpeedGoal> speed() {
        return speed;
    }

    /** The folder where measured times of products are kept; there where a speed is. */
    public Optional<Path> profiles() {
        return profiles;
    }

    /** Collects options. Not thread-safe. */
    public static final class Builder {
        private Optional<ColumnImportance> importance = Optional.empty();
        private TypeSettings settings = TypeSettings.NONE;
        private boolean requantize;
        private boolean strict;
        private int threads = Runtime.getRuntime().availableProcessors();
        private int contextTokens = 512;
        private int searchChunks = 4;
        private int verificationChunks = 8;
        private int importanceChunks = 16;
        private Optional<Path> sensitivities = Optional.empty();
        private Optional<GptqSettings> rounding = Optional.empty();
        private Optional<SpeedGoal> speed = Optional.empty();
        private Optional<Path> profiles = Optional.empty();

        private Builder() {}

        /** How much the columns of the weights matter. Default: collected over the text. */
        public Builder importance(ColumnImportance values) {
            importance = Optional.of(values);
            return this;
        }

        /** Types that are given, not searched. Default: none. */
        public Builder settings(TypeSettings wanted) {
            settings = wanted;
            return this;
        }

        /** Whether weights that are quantized already may become another type. Default: no. */
        public Builder requantize(boolean allowed) {
            requantize = allowed;
            return this;
        }

        /** Whether a given type that the rows of a tensor do not fit is refused. Default: no. */
        public Builder strict(boolean wanted) {
            strict = wanted;
            return this;
        }

        /** Threads that compute, read and write, 1 to 512. Default: one a processor. */
        public Builder threads(int count) {
            threads = count;
            return this;
        }

        /** Tokens of a chunk of text, 16 or more. Default: 512. */
        public Builder contextTokens(int tokens) {
            contextTokens = tokens;
            return this;
        }

        /** Most chunks that each group of tensors is measured on. Default: 4. */
        public Builder searchChunks(int count) {
            searchChunks = count;
            return this;
        }

        /** Most chunks that the best choices are measured on. Default: 8. */
        public Builder verificationChunks(int count) {
            verificationChunks = count;
            return this;
        }

        /** Most chunks that importance is collected over, 2 or more. Default: 16. */
        public Builder importanceChunks(int count) {
            importanceChunks = count;
            return this;
        }

        /** A file for what groups were measured to do: read when it is there, else written. Default: none. */
        public Builder sensitivities(Path file) {
            sensitivities = Optional.of(file);
            return this;
        }

        /** Round the result with error feedback, not what is measured on the way. Default: to the nearest. */
        public Builder rounding(GptqSettings settings) {
            rounding = Optional.of(settings);
            return this;
        }

        /**
         * The model has to be this fast on this machine's CPU. Default: as fast as it happens to be.
         *
         * @param folder where measured times of products are kept, for other budgets too
         */
        public Builder speed(SpeedGoal goal, Path folder) {
            speed = Optional.of(goal);
            profiles = Optional.of(folder);
            return this;
        }

        /**
         * The options.
         *
         * @throws IllegalArgumentException for a number out of its range
         */
        public BudgetOptions build() {
            require("threads", threads, 1, MOST_THREADS);
            require("contextTokens", contextTokens, LEAST_CONTEXT, MOST_CONTEXT);
            require("searchChunks", searchChunks, 1, Integer.MAX_VALUE);
            require("verificationChunks", verificationChunks, 1, Integer.MAX_VALUE);
            require("importanceChunks", importanceChunks, 2, Integer.MAX_VALUE);
            return new BudgetOptions(this);
        }

        private static void require(String name, int value, int least, int most) {
            if (value < least || value > most) {
                throw new IllegalArgumentException(
                        name + " is " + value + "; it must be from " + least + " to " + most);
            }
        }
    }
}
