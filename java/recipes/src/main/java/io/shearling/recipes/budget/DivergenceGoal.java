package io.shearling.recipes.budget;

import io.shearling.recipes.RecipeException;
import io.shearling.recipes.RecipeException.Kind;
import io.shearling.recipes.budget.Verification.Outcome;
import io.shearling.recipes.budget.Verification.Verified;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks for the smallest model that diverges no more than so much: what is foretold says where to measure next. One run. */
final class DivergenceGoal {
    private static final int MOST_ROUNDS = 6;

    /** Sizes that are so near do not pay another measurement. */
    private static final double NEAR = 0.004;

    private final Verification verification;
    private final ModelTensors model;
    private final LossModel losses;
    private final Path path;
    private final List<Verified> seen = new ArrayList<>();

    DivergenceGoal(Verification verification, ModelTensors model, LossModel losses, Path path) {
        this.verification = verification;
        this.model = model;
        this.losses = losses;
        this.path = path;
    }

    /** The smallest model found whose divergence and its error are no more than so many nats together. */
    Outcome meet(double nats, BudgetLimits limits) {
        Solver solver = new Solver(model, losses::loss, Map.of(), limits.largest());
        long low = limits.smallest();
        long high = limits.largest();
        double ratio = 1;
        @Nullable Verified best = null;
        for (int round = 0; round < MOST_ROUNDS && low < high && (best == null || high - low > NEAR * high); round++) {
            long size = sizeFor(solver, nats / ratio, low, high);
            Verified found = measure(solver.within(size));
            double upper = upper(found);
            if (upper <= nats) {
                best = found;
                high = model.sizeBytes(found.types());
            } else {
                low = Math.max(low, size);
            }
            ratio = Math.max(1e-3, upper / losses.loss(model, found.types()));
            if (size == limits.smallest() && best != null) {
                break;
            }
        }
        if (best == null) {
            best = measure(model.table(ChosenTensor::largest));
            if (upper(best) > nats) {
                throw unreachable(
                        nats,
                        seen.stream()
                                .min(Comparator.comparingDouble(DivergenceGoal::upper))
                                .orElseThrow());
            }
        }
        return outcome(best, nats);
    }

    /** Measures types, unless that was done before. */
    private Verified measure(TypeTable types) {
        Optional<Verified> known = known(types);
        if (known.isPresent()) {
            return known.get();
        }
        Verified found = verification.measure(
                String.format(Locale.ROOT, "%.1f MB", model.sizeBytes(types) / 1e6),
                types,
                seen.size(),
                MOST_ROUNDS + 1);
        seen.add(found);
        return found;
    }

    private Optional<Verified> known(TypeTable types) {
        return seen.stream().filter(each -> each.types().equals(types)).findFirst();
    }

    private static double upper(Verified found) {
        return found.measurement().kl().value() + found.measurement().kl().error();
    }

    /** The smallest size within the bounds whose choice is foretold to lose no more; the middle of them where that is a bound. */
    private long sizeFor(Solver solver, double nats, long low, long high) {
        long failing = low;
        long passing = high;
        if (losses.loss(model, solver.within(low)) <= nats) {
            passing = low;
        }
        while (passing - failing > 1) {
            long middle = failing + (passing - failing) / 2;
            if (losses.loss(model, solver.within(middle)) <= nats) {
                passing = middle;
            } else {
                failing = middle;
            }
        }
        boolean known = !seen.isEmpty() && (passing <= low + 1 || passing >= high - 1);
        return known ? low + (high - low) / 2 : passing;
    }

    private Outcome outcome(Verified best, double nats) {
        Optional<Verified> preset = verification
                .preset(model.sizeBytes(best.types()), table -> true)
                .map(table -> known(table.types())
                        .map(same -> same.named(Verification.name(table)))
                        .orElseGet(() -> verification.measure(table, MOST_ROUNDS, MOST_ROUNDS + 1)));
        boolean smaller = preset.filter(each -> upper(each) <= nats).isPresent()
                && (model.sizeBytes(preset.get().types()) < model.sizeBytes(best.types())
                        || preset.get().types().equals(best.types()));
        Verified chosen = smaller ? preset.get() : best;
        return new Outcome(
                chosen,
                preset,
                seen.stream()
                        .filter(each -> !each.types().equals(chosen.types()))
                        .filter(each -> preset.filter(rival -> rival.types().equals(each.types()))
                                .isEmpty())
                        .toList());
    }

    private RecipeException unreachable(double nats, Verified best) {
        return new RecipeException(
                Kind.TYPE,
                path.toString(),
                String.format(
                        Locale.ROOT,
                        "a KL divergence of %s is impossible: the best that its types reach on this text is %.5f, and %.5f"
                                + " with its error",
                        nats,
                        best.kl(),
                        upper(best)),
                "allow that much");
    }
}
