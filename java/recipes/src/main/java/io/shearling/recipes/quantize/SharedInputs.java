package io.shearling.recipes.quantize;

import io.shearling.formats.gguf.GgufPlacer;
import io.shearling.formats.gguf.TensorInfo;
import io.shearling.recipes.statistics.Statistics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which tensors of an output are multiplied with the same inputs. Of those only that are rounded with error feedback.
 *
 * @param statistics of the model
 * @param byInput the tensors by the first weight that has their inputs
 * @param output where they go
 */
record SharedInputs(Statistics statistics, Map<String, List<Integer>> byInput, GgufPlacer output) {
    static SharedInputs of(Statistics statistics, List<QuantizedTensor> tensors, GgufPlacer output) {
        Map<String, List<Integer>> byInput = new LinkedHashMap<>();
        for (int i = 0; i < tensors.size(); i++) {
            String input = statistics.inputs().get(tensors.get(i).name());
            if (input != null && GptqRounding.takes(tensors.get(i))) {
                byInput.computeIfAbsent(input, name -> new ArrayList<>()).add(i);
            }
        }
        return new SharedInputs(statistics, byInput, output);
    }

    List<Integer> tensors(String input) {
        return byInput.getOrDefault(input, List.of());
    }

    boolean has(int tensor) {
        return byInput.values().stream().anyMatch(those -> those.contains(tensor));
    }

    /** In the order in which they are computed; without those that a run before this one has done. */
    List<String> unwritten() {
        return statistics.inputs().keySet().stream()
                .filter(byInput::containsKey)
                .filter(input -> !tensors(input).stream().allMatch(this::isWritten))
                .toList();
    }

    /** Of one block. */
    List<String> unwritten(int block) {
        return unwritten().stream()
                .filter(input -> input.startsWith("blk." + block + "."))
                .toList();
    }

    private boolean isWritten(int tensor) {
        TensorInfo made = output.tensors().get(tensor);
        return output.isWritten(made, 0, made.sizeBytes());
    }
}
