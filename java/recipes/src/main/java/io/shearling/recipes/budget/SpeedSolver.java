package io.shearling.recipes.budget;

import io.shearling.recipes.speed.Speed;
import io.shearling.recipes.speed.SpeedGoal;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the types that lose least within a size and are fast enough, as far as is foretold. Time gets a price in loss, and the lowest
 * price is looked for at which the choice is fast enough (Everett's Lagrange multipliers). Immutable.
 */
record SpeedSolver(ModelTensors model, LossModel losses, SpeedModel speeds, SpeedGoal goal) {
    /** Prices are tried between the loss of the best divided by this and multiplied with it. */
    private static final double RANGE = 1e7;

    private static final int STEPS = 22;

    /** Of times alone: of two that are as fast, the one that loses less. */
    private static final double LOSS_OF_EQUALS = 1e-9;

    /** The best choice; empty when none within the size is fast enough. */
    Optional<TypeTable> within(long bytes) {
        TypeTable best = solve(losses::loss, bytes);
        if (meets(best)) {
            return Optional.of(best);
        }
        if (!meets(fastest(bytes))) {
            return Optional.empty();
        }
        return Stream.of(generationOnly(), promptOnly(), both())
                .flatMap(Optional::stream)
                .map(times -> cheapest(times, losses.loss(model, best), bytes))
                .flatMap(Optional::stream)
                .min(Comparator.comparingDouble(table -> losses.loss(model, table)))
                .or(() -> Optional.of(fastest(bytes)));
    }

    /** The fastest choice: of both speeds the one counts more that is further from the goal. */
    TypeTable fastest(long bytes) {
        return Stream.of(generationOnly(), promptOnly(), both())
                .flatMap(Optional::stream)
                .map(times -> solve(
                        (tensor, candidate) ->
                                times.of(tensor, candidate) + LOSS_OF_EQUALS * losses.loss(tensor, candidate),
                        bytes))
                .min(Comparator.comparingDouble(table -> goal.excess(speed(table))))
                .orElseThrow();
    }

    Speed speed(TypeTable types) {
        return speeds.speed(model, types);
    }

    private boolean meets(TypeTable types) {
        return goal.isMetBy(speed(types));
    }

    private TypeTable solve(Solver.Cost cost, long bytes) {
        return new Solver(model, cost, Map.of(), bytes).within(bytes);
    }

    /** The choice at the lowest price of time that makes it fast enough. */
    private Optional<TypeTable> cheapest(Solver.Cost times, double loss, long bytes) {
        double low = Math.log(Math.max(Double.MIN_NORMAL, loss / RANGE));
        double high = Math.log(Math.max(Double.MIN_NORMAL, loss) * RANGE);
        Optional<TypeTable> found = Optional.empty();
        for (int step = 0; step < STEPS; step++) {
            double price = Math.exp((low + high) / 2);
            TypeTable types = solve(
                    (tensor, candidate) -> losses.loss(tensor, candidate) + price * times.of(tensor, candidate), bytes);
            if (meets(types)) {
                found = Optional.of(types);
                high = Math.log(price);
            } else {
                low = Math.log(price);
            }
        }
        return found;
    }

    /** Times as shares of what the goal allows for a token. */
    private Optional<Solver.Cost> generationOnly() {
        return goal.generation().isEmpty()
                ? Optional.empty()
                : Optional.of(
                        (tensor, candidate) -> goal.generation().getAsDouble() * speeds.generation(tensor, candidate));
    }

    private Optional<Solver.Cost> promptOnly() {
        return goal.prompt().isEmpty()
                ? Optional.empty()
                : Optional.of((tensor, candidate) -> goal.prompt().getAsDouble() * speeds.prompt(tensor, candidate));
    }

    private Optional<Solver.Cost> both() {
        Optional<Solver.Cost> generation = generationOnly();
        Optional<Solver.Cost> prompt = promptOnly();
        if (generation.isEmpty() || prompt.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of((tensor, candidate) ->
                generation.get().of(tensor, candidate) + prompt.get().of(tensor, candidate));
    }
}
