package io.shearling.recipes.budget;

import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.budget.BudgetListener.Step;
import io.shearling.recipes.quantize.ColumnImportance;
import io.shearling.recipes.speed.SpeedGoal;
import io.shearling.recipes.speed.SpeedProbe;
import io.shearling.recipes.speed.SpeedProfile;
import io.shearling.recipes.speed.TensorTimes;
import io.shearling.recipes.statistics.ImportanceFile;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** A search from where the base has spoken: errors, sensitivities, solution, verification. One thread, one run. */
final class BudgetRun {
    /** A search takes a measurement for each. */
    private static final int MOST_GROUPS = 32;

    /** Bits of the types that groups are measured with: coarse enough to be seen, and errors still add up. */
    private static final double PROBE_BITS = 4.5;

    private static final double LEAST_PROBE_BITS = 2.5;

    private final SearchInput input;
    private final Budget budget;
    private final TextParts parts;
    private final Optional<ColumnImportance> importance;
    private final Optional<ImportanceFile> collected;
    private final BudgetOptions options;
    private final SearchFolder folder;
    private final BudgetListener listener;
    private final Trials trials;

    BudgetRun(
            SearchInput input,
            Budget budget,
            TextParts parts,
            Optional<ColumnImportance> importance,
            Optional<ImportanceFile> collected,
            BudgetOptions options,
            SearchFolder folder,
            BudgetListener listener) {
        this.input = input;
        this.budget = budget;
        this.parts = parts;
        this.importance = importance;
        this.collected = collected;
        this.options = options;
        this.folder = folder;
        this.listener = listener;
        trials = new Trials(input.file().path(), input.quantization(importance), options.contextTokens());
    }

    BudgetReport report() {
        ModelTensors sizes = input.sizes(importance);
        BudgetLimits limits = BudgetLimits.of(budget, sizes, input.file().path());
        Sensitivities measured = Sensitivities.NONE;
        ModelTensors model = sizes.with(errors());
        boolean chooses = limits.limit().isEmpty() || options.speed().isPresent();
        boolean free = limits.most() > limits.smallest() && chooses;
        if (free) {
            measured = sensitivities(model, probeBits(model, limits));
        }
        List<LossModel> both = List.of(measured.losses(model), measured.calmed(model));
        LossModel losses = both.get(0);
        Optional<SpeedProbe> probe = options.speed().map(goal -> parts.probe());
        Optional<SpeedModel> speeds = probe.map(each -> speeds(model, each));
        List<PresetTable> presets = PresetTable.all(input.file(), input.shape(), model, options.settings(), importance);
        Verification verification = new Verification(trials, folder, parts, model, losses, presets, probe, listener);
        Verification.Outcome outcome;
        if (budget instanceof Budget.MaxDivergence divergence) {
            outcome = new DivergenceGoal(
                            verification, model, losses, input.file().path())
                    .meet(divergence.nats(), limits);
        } else if (speeds.isPresent()) {
            SpeedGoal goal = options.speed().orElseThrow();
            outcome = new SpeedSearch(
                            verification, model, both, goal, input.file().path())
                    .meet(speeds.get(), limits.most());
        } else {
            List<TypeTable> choices = free ? solutions(model, both, limits) : List.of(limits.only(model));
            outcome = verification.best(choices, limits.most());
        }
        return new ReportDraft(model, losses, measured.groups(), outcome, presets, parts, speeds, options)
                .report(input.quantization(importance), collected, limits.limit());
    }

    private List<ChosenTensor> errors() {
        List<ErrorTable.Question> questions = input.questions(importance);
        return ErrorTable.of(
                input.file(),
                questions,
                importance,
                options.threads(),
                done -> listener.progress(Step.ERRORS, "errors of types", done, questions.size()));
    }

    /** What was measured of products, and of the model that is nearly lossless. */
    private SpeedModel speeds(ModelTensors model, SpeedProbe probe) {
        SpeedProfile profile = SpeedProfile.open(options.profiles().orElseThrow());
        TensorTimes times = TensorTimes.of(input.file(), profile);
        times.measure(
                model.tensors().stream().map(ChosenTensor::info).toList(),
                types(model),
                (done, all) -> listener.progress(Step.SPEED, "times of products", done, all));
        TypeTable reference = known(model);
        trials.write(reference, folder.candidate());
        return SpeedModel.of(times, model, reference, Trials.speed(folder.candidate(), probe));
    }

    private static TensorTimes.TypesOf types(ModelTensors model) {
        Map<String, List<TensorType>> types = new LinkedHashMap<>();
        model.tensors()
                .forEach(tensor -> types.put(
                        tensor.name(),
                        Stream.concat(tensor.candidates().stream().map(Candidate::type), Stream.of(known(tensor)))
                                .toList()));
        return tensor -> types.getOrDefault(tensor.name(), List.of());
    }

    /** The choice whose run tells what a token takes besides its products: another one than what is asked for, where it can be. */
    private static TypeTable known(ModelTensors model) {
        Map<String, TensorType> types = new LinkedHashMap<>();
        model.tensors().forEach(tensor -> types.put(tensor.name(), known(tensor)));
        return new TypeTable(types);
    }

    private static TensorType known(ChosenTensor tensor) {
        TensorType now = tensor.info().type();
        boolean fits = TensorType.Q8_0.fits(tensor.info().shape().columns())
                && TensorType.Q8_0.bitsPerElement() < now.bitsPerElement();
        return fits ? TensorType.Q8_0 : tensor.reference().type();
    }

    private static double probeBits(ModelTensors model, BudgetLimits limits) {
        double bits = 8.0 * limits.most() / model.elements();
        return Math.max(LEAST_PROBE_BITS, Math.min(PROBE_BITS, bits));
    }

    private Sensitivities sensitivities(ModelTensors model, double bits) {
        Map<String, ChosenTensor> tensors = new LinkedHashMap<>();
        model.tensors().stream()
                .filter(tensor -> tensor.candidates().size() > 1)
                .filter(tensor -> !tensor.probe(bits).equals(tensor.reference()))
                .forEach(tensor -> tensors.put(tensor.name(), tensor));
        Map<String, Double> energies = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> energies.put(name, tensor.energy()));
        List<Group> groups = Grouping.of(energies, MOST_GROUPS);
        Optional<SensitivityFile> file = options.sensitivities()
                .map(path -> new SensitivityFile(
                        path,
                        SensitivityKey.of(
                                folder.search(), importance, model.table(ChosenTensor::reference), tensors, bits)));
        Optional<Sensitivities> known = file.flatMap(each -> each.read(groups));
        if (known.isPresent()) {
            return known.get();
        }
        int all = groups.size() + 1;
        listener.progress(Step.SENSITIVITY, "the model that is nearly lossless", 0, all);
        Measurement reference = measure(model, Map.of());
        List<Sensitivity> measured = new ArrayList<>();
        for (Group group : groups) {
            listener.progress(Step.SENSITIVITY, group.label(), measured.size() + 1, all);
            Measurement coarse = measure(model, Sensitivity.probes(group, tensors, bits));
            double error = group.tensors().stream()
                    .map(tensors::get)
                    .mapToDouble(tensor ->
                            tensor.probe(bits).error() - tensor.reference().error())
                    .sum();
            measured.add(new Sensitivity(group, coarse.minus(reference), error));
        }
        listener.progress(Step.SENSITIVITY, "groups", all, all);
        Sensitivities found = new Sensitivities(reference.kl(), measured);
        file.ifPresent(each -> each.write(found));
        return found;
    }

    private Measurement measure(ModelTensors model, Map<String, TensorType> probes) {
        TypeTable types = model.table(ChosenTensor::reference).with(probes);
        return trials.measure(types, folder.candidate(), parts.search(), parts.searchChunks(), folder.search());
    }

    /** The best by what was measured, the best by calmed figures, and the best with another type of the largest tensor. */
    private static List<TypeTable> solutions(ModelTensors model, List<LossModel> both, BudgetLimits limits) {
        List<TypeTable> all = new ArrayList<>();
        both.forEach(losses -> all.add(new Solver(model, losses::loss, Map.of(), limits.most()).within(limits.most())));
        OtherLargest.of(model, both.get(0), all.get(0), limits.most()).ifPresent(all::add);
        return all.stream().distinct().toList();
    }
}
