package io.shearling.recipes.budget;

import io.shearling.formats.preset.QuantizationPreset;
import io.shearling.formats.preset.TypeSettings;
import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.budget.Verification.Outcome;
import io.shearling.recipes.budget.Verification.Verified;
import io.shearling.recipes.quantize.QuantizationOptions;
import io.shearling.recipes.statistics.ImportanceFile;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Makes the report of a search. */
record ReportDraft(
        ModelTensors model,
        LossModel losses,
        List<Sensitivity> measured,
        Outcome outcome,
        List<PresetTable> presets,
        TextParts parts,
        Optional<SpeedModel> speeds,
        BudgetOptions options) {
    BudgetReport report(QuantizationOptions quantization, Optional<ImportanceFile> collected, Optional<String> limit) {
        Verified chosen = outcome.chosen();
        long size = model.sizeBytes(chosen.types());
        Optional<PresetTable> nearest = PresetTable.nearest(presets, size);
        TypeSettings settings = TypeSettings.NONE.withRequests(chosen.types().requests());
        QuantizationOptions plain =
                quantization(nearest.map(PresetTable::preset), quantization).withSettings(settings);
        FeedbackShare feedback = FeedbackShare.of(options.rounding(), model, chosen.types());
        QuantizationOptions writing = feedback.used().map(plain::withGptq).orElse(plain);
        return new BudgetReport(
                chosen.types(),
                writing,
                shares(chosen.types()),
                figures(chosen),
                outcome.preset().map(this::figures),
                outcome.preset()
                        .filter(preset -> !preset.equals(chosen))
                        .map(preset -> chosen.measurement().minus(preset.measurement())),
                outcome.others().stream().map(this::figures).toList(),
                nearest.map(PresetTable::preset),
                collected,
                parts.search().name(),
                parts.search().sha256(),
                options.contextTokens(),
                parts.searchChunks(),
                parts.verificationChunks(),
                chosen.measurement().tokens(),
                speeds.map(each -> each.times().profile()),
                speedGoal(chosen),
                limit,
                feedback.note());
    }

    /** The goal, and whether it was met. */
    private Optional<BudgetReport.SpeedResult> speedGoal(Verified chosen) {
        return options.speed()
                .map(goal -> new BudgetReport.SpeedResult(
                        goal, goal.isMetBy(chosen.speed().orElseThrow())));
    }

    /** The same with the preset's name, where there is one. */
    private static QuantizationOptions quantization(
            Optional<QuantizationPreset> preset, QuantizationOptions quantization) {
        if (preset.isEmpty()) {
            return quantization;
        }
        QuantizationOptions named = QuantizationOptions.of(preset.get()).withThreads(quantization.threads());
        QuantizationOptions allowed = quantization.requantize() ? named.withRequantize() : named;
        return quantization.importance().map(allowed::withImportance).orElse(allowed);
    }

    private VerifiedModel figures(Verified verified) {
        return new VerifiedModel(
                verified.name(),
                model.sizeBytes(verified.types()),
                model.bitsPerWeight(verified.types()),
                losses.loss(model, verified.types()),
                verified.measurement().kl(),
                speeds.map(each -> each.speed(model, verified.types())),
                verified.speed());
    }

    private List<TypeShare> shares(TypeTable types) {
        Map<String, ChosenTensor> tensors = new LinkedHashMap<>();
        model.tensors().forEach(tensor -> tensors.put(tensor.name(), tensor));
        double whole = losses.loss(model, types);
        Map<Group, Double> groups = new LinkedHashMap<>();
        measured.forEach(each -> groups.put(each.group(), each.kl().value()));
        List<String> left = new ArrayList<>(tensors.keySet());
        groups.keySet().forEach(group -> left.removeAll(group.tensors()));
        Grouping.roles(left).forEach(group -> groups.put(group, Double.NaN));
        List<TypeShare> shares = new ArrayList<>();
        groups.forEach((group, kl) -> shares.add(
                share(group, kl, group.tensors().stream().map(tensors::get).toList(), types, whole)));
        return shares;
    }

    private TypeShare share(Group group, double kl, List<ChosenTensor> tensors, TypeTable types, double whole) {
        Map<TensorType, Integer> counts = new EnumMap<>(TensorType.class);
        long elements = 0;
        long bytes = 0;
        double loss = 0;
        for (ChosenTensor tensor : tensors) {
            TensorType type = types.type(tensor.name());
            counts.merge(type, 1, Integer::sum);
            elements += tensor.elements();
            bytes += type.bytes(tensor.info().shape());
            loss += losses.loss(tensor, tensor.of(type));
        }
        return new TypeShare(
                group.role(),
                group.firstBlock(),
                group.lastBlock(),
                counts,
                elements,
                bytes,
                kl,
                whole > 0 ? loss / whole : 0);
    }
}
