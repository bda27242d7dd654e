package io.shearling.recipes.budget;

import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.budget.Verification.Outcome;
import io.shearling.recipes.budget.Verification.Verified;
import io.shearling.recipes.speed.Speed;
import io.shearling.recipes.speed.SpeedGoal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** Looks for the best model that is fast enough: where a choice runs slower than was foretold, what is foretold is corrected. One run. */
final class SpeedSearch {
    private static final int MOST_ROUNDS = 3;

    private final Verification verification;
    private final ModelTensors model;
    private final List<LossModel> losses;
    private final SpeedGoal goal;
    private final Path path;
    private final List<Verified> seen = new ArrayList<>();

    /**
     * A search.
     *
     * @param losses ways to foretell what a choice loses, the most trusted first
     */
    SpeedSearch(Verification verification, ModelTensors model, List<LossModel> losses, SpeedGoal goal, Path path) {
        this.verification = verification;
        this.model = model;
        this.losses = losses;
        this.goal = goal;
        this.path = path;
    }

    /** The best choice found within a size that runs fast enough; the fastest where none does. */
    Outcome meet(SpeedModel foretold, long most) {
        SpeedModel speeds = foretold;
        for (int round = 0; round < MOST_ROUNDS; round++) {
            SpeedModel now = speeds;
            List<TypeTable> fast = losses.stream()
                    .map(each -> new SpeedSolver(model, each, now, goal).within(most))
                    .flatMap(Optional::stream)
                    .toList();
            if (fast.isEmpty() && seen.isEmpty()) {
                throw impossible(speeds, most);
            }
            List<TypeTable> choices = (fast.isEmpty() ? List.of(fastest(speeds, most)) : fast)
                    .stream().distinct().filter(this::isNew).toList();
            if (choices.isEmpty()) {
                break;
            }
            int first = seen.size();
            choices.forEach(types -> measure("choice " + (seen.size() + 1), types));
            if (seen.stream().anyMatch(this::meets)) {
                break;
            }
            Verified slow = seen.get(first);
            speeds = speeds.corrected(speeds.speed(model, slow.types()), speed(slow));
        }
        Optional<Verified> preset = verification
                .preset(most, table -> goal.isMetBy(foretold.speed(model, table.types())))
                .map(table -> measure(Verification.name(table), table.types()));
        return outcome(preset);
    }

    private Outcome outcome(Optional<Verified> preset) {
        Function<Verified, Double> slowness = each -> Math.max(1, goal.excess(speed(each)));
        Verified best = seen.stream()
                .min(Comparator.comparing(slowness).thenComparingDouble(Verified::kl))
                .orElseThrow();
        List<Verified> others = seen.stream()
                .filter(each ->
                        !each.equals(best) && !preset.filter(each::equals).isPresent())
                .toList();
        return new Outcome(best, preset, others);
    }

    private Verified measure(String name, TypeTable types) {
        Verified found = verification.measure(name, types, seen.size(), MOST_ROUNDS + losses.size());
        seen.add(found);
        return found;
    }

    private boolean isNew(TypeTable types) {
        return seen.stream().noneMatch(each -> each.types().equals(types));
    }

    private boolean meets(Verified choice) {
        return goal.isMetBy(speed(choice));
    }

    private static Speed speed(Verified choice) {
        return choice.speed().orElseThrow();
    }

    private TypeTable fastest(SpeedModel speeds, long most) {
        return new SpeedSolver(model, losses.get(0), speeds, goal).fastest(most);
    }

    private RecipeException impossible(SpeedModel speeds, long most) {
        Speed fastest = speeds.speed(model, fastest(speeds, most));
        String reached = Stream.of(
                        goal.generation().isEmpty()
                                ? ""
                                : String.format(Locale.ROOT, "%.1f generated", fastest.generation()),
                        goal.prompt().isEmpty() ? "" : String.format(Locale.ROOT, "%.1f read", fastest.prompt()))
                .filter(part -> !part.isEmpty())
                .reduce((a, b) -> a + " and " + b)
                .orElse("");
        return new RecipeException(
                Kind.TYPE,
                path.toString(),
                "a budget of " + goal.words()
                        + " is impossible: the fastest that its types make of it is foretold to have " + reached,
                "ask for no more, or prune the model first");
    }
}
