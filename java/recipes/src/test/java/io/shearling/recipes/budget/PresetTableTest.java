package io.shearling.recipes.budget;

import static org.assertj.core.api.Assertions.assertThat;

import io.shearling.formats.preset.QuantizationPreset;
import io.shearling.formats.tensor.TensorType;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PresetTableTest {
    private static final ChosenTensor TENSOR = TinyTensors.of("a", TensorType.Q4_0, TensorType.Q5_0, TensorType.Q8_0);
    private static final ModelTensors MODEL = TinyTensors.model(TENSOR);
    private static final List<PresetTable> PRESETS = List.of(
            preset(QuantizationPreset.Q4_0, TensorType.Q4_0),
            preset(QuantizationPreset.Q5_0, TensorType.Q5_0),
            preset(QuantizationPreset.Q8_0, TensorType.Q8_0));

    private static PresetTable preset(QuantizationPreset preset, TensorType type) {
        TypeTable types = new TypeTable(Map.of("a", type));
        return new PresetTable(preset, types, MODEL.sizeBytes(types));
    }

    private static QuantizationPreset best(long most, double nats) {
        LossModel losses = new LossModel(Map.of("a", nats), 0);
        return PresetTable.best(PRESETS, most, MODEL, losses).orElseThrow().preset();
    }

    @Test
    void best_losesLeastWithinTheSize() {
        assertThat(best(1 << 20, 1)).isEqualTo(QuantizationPreset.Q8_0);
        assertThat(best(PRESETS.get(1).sizeBytes(), 1)).isEqualTo(QuantizationPreset.Q5_0);
        assertThat(PresetTable.best(PRESETS, 1, MODEL, new LossModel(Map.of(), 0)))
                .isEmpty();
    }

    @Test
    void best_whereNothingWasMeasured_isTheLargest() {
        assertThat(best(1 << 20, 0)).isEqualTo(QuantizationPreset.Q8_0);
        assertThat(best(PRESETS.get(1).sizeBytes(), 0)).isEqualTo(QuantizationPreset.Q5_0);
    }
}
