package io.shearling.recipes.budget;

import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Finds the types that cost least within a size, for one model and one way to foretell what they cost. Immutable. */
final class Solver {
    /** What a type of a tensor costs: what it loses as a rule. Infinite for what cannot be chosen. */
    @FunctionalInterface
    interface Cost {
        double of(ChosenTensor tensor, Candidate candidate);
    }

    private final ModelTensors model;
    private final List<List<Candidate>> choices = new ArrayList<>();
    private final Knapsack knapsack;

    /**
     * Solves for all sizes up to a limit.
     *
     * @param given types that are not to be chosen, by tensor
     * @param most bytes of a file
     * @throws IllegalArgumentException when no file is that small
     * @throws RecipeException when the thread is interrupted: some searches solve hundreds of times
     */
    Solver(ModelTensors model, Cost cost, Map<String, TensorType> given, long most) {
        if (Thread.currentThread().isInterrupted()) {
            throw new RecipeException(
                    Kind.CANCELLED, "the budget", "the search for its types was interrupted", "start it again");
        }
        this.model = model;
        List<Knapsack.Item> items = new ArrayList<>();
        for (ChosenTensor tensor : model.tensors()) {
            TensorType type = given.get(tensor.name());
            List<Candidate> useful = type == null ? useful(tensor, cost) : List.of(tensor.of(type));
            choices.add(useful);
            items.add(new Knapsack.Item(
                    useful.stream().mapToLong(Candidate::bytes).toArray(),
                    useful.stream().mapToDouble(each -> cost.of(tensor, each)).toArray()));
        }
        knapsack = Knapsack.of(items, most - model.otherBytes());
    }

    /** Those that no other beats in both size and cost. */
    static List<Candidate> useful(ChosenTensor tensor, Cost cost) {
        return tensor.candidates().stream()
                .filter(each -> Double.isFinite(cost.of(tensor, each)))
                .filter(each -> tensor.candidates().stream().noneMatch(other -> beats(tensor, cost, other, each)))
                .toList();
    }

    private static boolean beats(ChosenTensor tensor, Cost cost, Candidate one, Candidate other) {
        double loss = cost.of(tensor, one);
        double otherLoss = cost.of(tensor, other);
        boolean noWorse = one.bytes() <= other.bytes() && loss <= otherLoss;
        boolean alike = one.bytes() == other.bytes() && loss == otherLoss;
        // Of two that are alike the first stays.
        return noWorse
                && (!alike
                        || tensor.candidates().indexOf(one)
                                < tensor.candidates().indexOf(other));
    }

    /** The best types for a file of at most so many bytes. */
    TypeTable within(long sizeBytes) {
        int[] options = knapsack.within(sizeBytes - model.otherBytes());
        Map<String, TensorType> types = new LinkedHashMap<>();
        for (int i = 0; i < options.length; i++) {
            types.put(
                    model.tensors().get(i).name(),
                    choices.get(i).get(options[i]).type());
        }
        return new TypeTable(types);
    }
}
