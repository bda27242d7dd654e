package io.shearling.cli;

import io.shearling.formats.model.ModelShape;
import io.shearling.recipes.evaluate.EvaluationOptions;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The ranges of the numeric options. They are checked while the command line is read, so a value that makes no sense is refused
 * even where it would not be used, and the message names the option as it was typed.
 */
final class NumberRange {
    private NumberRange() {}

    /** Tokens of a reply. */
    static final class ReplyTokens extends Whole {
        ReplyTokens() {
            super(1, Integer.MAX_VALUE);
        }
    }

    /** Tokens that a context or the longest text has room for. */
    static final class ContextTokens extends Whole {
        ContextTokens() {
            super(1, 1 << 28);
        }
    }

    /** Tokens of the longest text to embed. */
    static final class TextTokens extends Whole {
        TextTokens() {
            super(1, 1 << 20);
        }
    }

    /** Tokens of a chunk to evaluate. */
    static final class ChunkTokens extends Whole {
        ChunkTokens() {
            super(EvaluationOptions.LEAST_CONTEXT, EvaluationOptions.MOST_CONTEXT);
        }
    }

    /** Chunks to evaluate. */
    static final class ChunkCount extends Whole {
        ChunkCount() {
            super(1, Integer.MAX_VALUE);
        }
    }

    /** Threads; more than there are cores are cut down later. */
    static final class ThreadCount extends Whole {
        ThreadCount() {
            super(1, 512);
        }
    }

    /** Tokens of a chunk of text that statistics are collected over. */
    static final class StatisticsTokens extends Whole {
        StatisticsTokens() {
            super(16, 1 << 20);
        }
    }

    /** Chunks of a text; 0 for all. */
    static final class StatisticsChunks extends Whole {
        StatisticsChunks() {
            super(0, Integer.MAX_VALUE);
        }
    }

    /** Tensors of a file. */
    static final class TensorCount extends Whole {
        TensorCount() {
            super(1, Integer.MAX_VALUE);
        }
    }

    /** Layers to remove. */
    static final class LayerCount extends Whole {
        LayerCount() {
            super(1, ModelShape.MAX_BLOCKS - 1);
        }
    }

    /** Neurons of a layer that stay or go together. */
    static final class Neurons extends Whole {
        Neurons() {
            super(1, 1 << 16);
        }
    }

    /** Seeds: a negative one would stand for another seed each time. */
    static final class Seed extends Whole {
        Seed() {
            super(0, Integer.MAX_VALUE);
        }
    }

    /** Likely tokens shown beside the chosen one. */
    static final class Candidates extends Whole {
        Candidates() {
            super(0, 100);
        }
    }

    /** Busy threads beside a benchmark. */
    static final class Neighbours extends Whole {
        Neighbours() {
            super(0, 512);
        }
    }

    /** Rounds of a benchmark. */
    static final class Rounds extends Whole {
        Rounds() {
            super(2, 10_000);
        }
    }

    /** Tokens of a benchmark's test; 0 leaves it out. */
    static final class TestTokens extends Whole {
        TestTokens() {
            super(0, 1 << 19);
        }
    }

    /** Tokens in memory before a benchmark's test. */
    static final class DepthTokens extends Whole {
        DepthTokens() {
            super(1, 1 << 20);
        }
    }

    /** Temperatures. */
    static final class Temperature extends Decimal {
        Temperature() {
            super(0, 100);
        }
    }

    /** Shares of a probability. */
    static final class Share extends Decimal {
        Share() {
            super(0, 1);
        }
    }

    /** Bits a weight, or nats of divergence, that a budget allows. */
    static final class BudgetNumber implements ITypeConverter<Double> {
        private static final double LEAST = 1e-6;
        private static final double MOST = 64;

        @Override
        public Double convert(String text) {
            try {
                double number = Double.parseDouble(text);
                if (number >= LEAST && number <= MOST) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Refused below, with the same words.
            }
            throw new TypeConversionException("must be a number from 0.000001 to 64");
        }
    }

    /** Whole numbers from {@code least} to {@code most}. */
    abstract static class Whole implements ITypeConverter<Integer> {
        private final int least;
        private final int most;

        Whole(int least, int most) {
            this.least = least;
            this.most = most;
        }

        @Override
        public Integer convert(String text) {
            try {
                int number = Integer.parseInt(text);
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Refused below, with the same words.
            }
            throw new TypeConversionException("must be a whole number from " + least + " to " + most);
        }
    }

    /** Numbers from {@code least} to {@code most}. */
    abstract static class Decimal implements ITypeConverter<Float> {
        private final float least;
        private final float most;

        Decimal(float least, float most) {
            this.least = least;
            this.most = most;
        }

        @Override
        public Float convert(String text) {
            try {
                float number = Float.parseFloat(text);
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException e) {
                // Refused below, with the same words.
            }
            throw new TypeConversionException(
                    String.format(Locale.ROOT, "must be a number from %.0f to %.0f", least, most));
        }
    }
}
