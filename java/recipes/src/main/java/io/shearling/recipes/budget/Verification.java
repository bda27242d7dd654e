package io.shearling.recipes.budget;

import io.shearling.recipes.budget.BudgetListener.Step;
import io.shearling.recipes.speed.Speed;
import io.shearling.recipes.speed.SpeedProbe;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/** Measures choices on text that the search has not seen. One thread. */
final class Verification {
    /**
     * A choice that was measured.
     *
     * @param name for people
     * @param speed where it matters
     */
    record Verified(String name, TypeTable types, Measurement measurement, Optional<Speed> speed) {
        double kl() {
            return measurement.kl().value();
        }

        Verified named(String other) {
            return new Verified(other, types, measurement, speed);
        }
    }

    /**
     * What came out.
     *
     * @param preset the best one that is no larger, if there is any
     * @param others what was measured besides
     */
    record Outcome(Verified chosen, Optional<Verified> preset, List<Verified> others) {}

    private final Trials trials;
    private final SearchFolder folder;
    private final TextParts parts;
    private final ModelTensors model;
    private final LossModel losses;
    private final List<PresetTable> presets;
    private final Optional<SpeedProbe> probe;
    private final BudgetListener listener;

    Verification(
            Trials trials,
            SearchFolder folder,
            TextParts parts,
            ModelTensors model,
            LossModel losses,
            List<PresetTable> presets,
            Optional<SpeedProbe> probe,
            BudgetListener listener) {
        this.trials = trials;
        this.folder = folder;
        this.parts = parts;
        this.model = model;
        this.losses = losses;
        this.presets = presets;
        this.probe = probe;
        this.listener = listener;
    }

    /**
     * The best of some choices and of the best preset that the budget allows.
     *
     * @param most bytes of a file
     */
    Outcome best(List<TypeTable> choices, long most) {
        Optional<PresetTable> preset = preset(most, table -> true);
        int all = choices.size() + (preset.isPresent() ? 1 : 0);
        List<Verified> verified = new ArrayList<>();
        for (TypeTable types : choices) {
            verified.add(measure("choice " + (verified.size() + 1), types, verified.size(), all));
        }
        Optional<Verified> rival = preset.map(table -> measure(table, verified.size(), all));
        listener.progress(Step.VERIFICATION, "choices", all, all);
        return outcome(verified, rival);
    }

    /** The outcome when the first of these are choices, and a preset may be better than all. */
    static Outcome outcome(List<Verified> choices, Optional<Verified> preset) {
        List<Verified> all = new ArrayList<>(choices);
        preset.ifPresent(all::add);
        Verified best =
                all.stream().min(Comparator.comparingDouble(Verified::kl)).orElseThrow();
        List<Verified> others =
                choices.stream().filter(each -> !each.equals(best)).toList();
        return new Outcome(best, preset, others);
    }

    Verified measure(PresetTable preset, int done, int all) {
        return measure(name(preset), preset.types(), done, all);
    }

    static String name(PresetTable preset) {
        return preset.preset().name().toLowerCase(Locale.ROOT);
    }

    /** Of the presets that are no larger and are wanted, the one that is foretold to lose least. */
    Optional<PresetTable> preset(long most, Predicate<PresetTable> wanted) {
        List<PresetTable> those = presets.stream().filter(wanted).toList();
        return PresetTable.best(those, most, model, losses);
    }

    Verified measure(String name, TypeTable types, int done, int all) {
        listener.progress(Step.VERIFICATION, name, done, all);
        Measurement measurement = trials.measure(
                types, folder.candidate(), parts.verification(), parts.verificationChunks(), folder.verification());
        return new Verified(name, types, measurement, probe.map(each -> Trials.speed(folder.candidate(), each)));
    }
}
