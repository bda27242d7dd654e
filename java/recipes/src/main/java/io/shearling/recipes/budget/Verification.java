package io.shearling.recipes.budget;

import io.shearling.recipes.budget.BudgetListener.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Measures choices on text that the search has not seen. One thread. */
final class Verification {
    /**
     * A choice that was measured.
     *
     * @param name for people
     */
    record Verified(String name, TypeTable types, Measurement measurement) {
        double kl() {
            return measurement.kl().value();
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
    private final BudgetListener listener;

    Verification(
            Trials trials,
            SearchFolder folder,
            TextParts parts,
            ModelTensors model,
            LossModel losses,
            List<PresetTable> presets,
            BudgetListener listener) {
        this.trials = trials;
        this.folder = folder;
        this.parts = parts;
        this.model = model;
        this.losses = losses;
        this.presets = presets;
        this.listener = listener;
    }

    /** The best of some choices and of the best preset that is no larger. */
    Outcome best(List<TypeTable> choices) {
        long most = choices.stream().mapToLong(model::sizeBytes).max().orElseThrow();
        Optional<PresetTable> preset = PresetTable.best(presets, most, model, losses);
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
        return measure(preset.preset().name().toLowerCase(Locale.ROOT), preset.types(), done, all);
    }

    Optional<PresetTable> preset(long most) {
        return PresetTable.best(presets, most, model, losses);
    }

    Verified measure(String name, TypeTable types, int done, int all) {
        listener.progress(Step.VERIFICATION, name, done, all);
        return new Verified(
                name,
                types,
                trials.measure(
                        types,
                        folder.candidate(),
                        parts.verification(),
                        parts.verificationChunks(),
                        folder.verification()));
    }
}
