package io.shearling.recipes.budget;

import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * The sizes that a budget allows.
 *
 * @param smallest file that the types make
 * @param largest file that they make
 * @param most bytes that the file may have
 * @param limit why the budget is not used up, where it is not
 */
record BudgetLimits(long smallest, long largest, long most, Optional<String> limit) {
    /**
     * The sizes.
     *
     * @throws RecipeException when no file is that small
     */
    static BudgetLimits of(Budget budget, ModelTensors model, Path path) {
        long smallest = model.sizeBytes(model.table(ChosenTensor::smallest));
        TypeTable best = model.table(ChosenTensor::largest);
        long largest = model.sizeBytes(best);
        long most = largest;
        if (budget instanceof Budget.Size size) {
            most = size.bytes();
        } else if (budget instanceof Budget.BitsPerWeight bits) {
            most = model.sizeBytes(bits.bits());
        }
        if (most < smallest) {
            throw new RecipeException(
                    Kind.TYPE,
                    path.toString(),
                    "the budget of " + words(budget) + " is impossible: the smallest that its types make is " + smallest
                            + " bytes, or "
                            + String.format(
                                    Locale.ROOT,
                                    "%.2f",
                                    Math.ceil(100 * model.bitsPerWeight(model.table(ChosenTensor::smallest))) / 100)
                            + " bits a weight",
                    "allow that much, or prune the model first");
        }
        Optional<String> limit = most <= largest
                ? Optional.empty()
                : Optional.of("the budget is larger than " + largest + " bytes, the largest that the types make of it");
        return new BudgetLimits(smallest, largest, Math.min(most, largest), limit);
    }

    /** The choice where there is but one. */
    TypeTable only(ModelTensors model) {
        return model.table(limit.isPresent() ? ChosenTensor::largest : ChosenTensor::smallest);
    }

    private static String words(Budget budget) {
        if (budget instanceof Budget.Size size) {
            return size.bytes() + " bytes";
        }
        return budget instanceof Budget.BitsPerWeight bits ? bits.bits() + " bits a weight" : "any size";
    }
}
