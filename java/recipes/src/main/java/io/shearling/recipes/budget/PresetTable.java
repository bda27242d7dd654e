package io.shearling.recipes.budget;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.model.ModelShape;
import io.shearling.formats.preset.QuantizationPreset;
import io.shearling.formats.preset.TypePlan;
import io.shearling.formats.preset.TypeSettings;
import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.quantize.ColumnImportance;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a preset makes of a model.
 *
 * @param sizeBytes of the file
 */
record PresetTable(QuantizationPreset preset, TypeTable types, long sizeBytes) {
    /** All presets whose types are among the candidates, by size. */
    static List<PresetTable> all(
            GgufFile file,
            ModelShape shape,
            ModelTensors model,
            TypeSettings settings,
            Optional<ColumnImportance> importance) {
        List<TypePlan.Matrix> matrices = file.tensors().stream()
                .map(tensor -> new TypePlan.Matrix(tensor.name(), tensor.shape()))
                .toList();
        List<PresetTable> tables = new ArrayList<>();
        for (QuantizationPreset preset : QuantizationPreset.values()) {
            if (preset.type().quantized()) {
                TypePlan plan = TypePlan.of(preset, shape, matrices, settings.withImportance(importance.isPresent()));
                of(plan, model, importance)
                        .ifPresent(types -> tables.add(new PresetTable(preset, types, model.sizeBytes(types))));
            }
        }
        tables.sort(Comparator.comparingLong(PresetTable::sizeBytes));
        return tables;
    }

    private static Optional<TypeTable> of(TypePlan plan, ModelTensors model, Optional<ColumnImportance> importance) {
        Map<String, TensorType> types = new LinkedHashMap<>();
        for (ChosenTensor tensor : model.tensors()) {
            TensorType type = plan.choice(tensor.name())
                    .map(TypePlan.Choice::type)
                    .orElse(tensor.info().type());
            boolean weighted =
                    importance.flatMap(values -> values.values(tensor.name())).isPresent();
            if (!tensor.has(type) || (plan.needsImportance(tensor.name()) && !weighted)) {
                return Optional.empty();
            }
            types.put(tensor.name(), type);
        }
        return Optional.of(new TypeTable(types));
    }

    /** Of the presets that are no larger, the one that loses least: the largest where nothing was measured. */
    static Optional<PresetTable> best(List<PresetTable> presets, long sizeBytes, ModelTensors model, LossModel losses) {
        return presets.stream()
                .filter(preset -> preset.sizeBytes() <= sizeBytes)
                .min(Comparator.comparingDouble((PresetTable preset) -> losses.loss(model, preset.types()))
                        .thenComparing(
                                Comparator.comparingLong(PresetTable::sizeBytes).reversed()));
    }

    /** The preset whose size is nearest. */
    static Optional<PresetTable> nearest(List<PresetTable> presets, long sizeBytes) {
        return presets.stream().min(Comparator.comparingLong(preset -> Math.abs(preset.sizeBytes() - sizeBytes)));
    }
}
