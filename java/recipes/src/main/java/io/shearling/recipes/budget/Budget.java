package io.shearling.recipes.budget;

/** What a quantized model may cost. */
public sealed interface Budget permits Budget.AnySize, Budget.Size, Budget.BitsPerWeight, Budget.MaxDivergence {
    /** The best model that is as fast as {@link BudgetOptions#speed} wants it, however large. */
    record AnySize() implements Budget {}

    /**
     * The best model whose file is no larger.
     *
     * @param bytes of the whole file
     */
    record Size(long bytes) implements Budget {
        /** Checks the range. */
        public Size {
            if (bytes < 1) {
                throw new IllegalArgumentException("A model has at least one byte, not " + bytes + ".");
            }
        }
    }

    /**
     * The best model whose tensors have no more bits a weight, those that are not quantized included.
     *
     * @param bits more than 0
     */
    record BitsPerWeight(double bits) implements Budget {
        /** Checks the range. */
        public BitsPerWeight {
            if (!(bits > 0 && bits <= 64)) {
                throw new IllegalArgumentException("Bits a weight are more than 0 and at most 64, not " + bits + ".");
            }
        }
    }

    /**
     * The smallest model whose mean KL divergence from the base, and its standard error on top, is no larger.
     *
     * @param nats a token, more than 0
     */
    record MaxDivergence(double nats) implements Budget {
        /** Checks the range. */
        public MaxDivergence {
            if (!(nats > 0 && nats < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("A KL divergence to keep within is more than 0, not " + nats + ".");
            }
        }
    }
}
