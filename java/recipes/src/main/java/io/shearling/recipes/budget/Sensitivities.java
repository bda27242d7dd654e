package io.shearling.recipes.budget;

import io.shearling.recipes.evaluate.Estimate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What was measured of a model's groups. Immutable.
 *
 * @param reference the divergence of the model that is nearly lossless throughout
 * @param groups each beside that model
 */
record Sensitivities(Estimate reference, List<Sensitivity> groups) {
    /** Nothing was measured. */
    static final Sensitivities NONE = new Sensitivities(new Estimate(0, 0), List.of());

    /** Copies the list. */
    Sensitivities {
        groups = List.copyOf(groups);
    }

    /** What each group was measured to do. */
    LossModel losses(ModelTensors model) {
        return losses(model, groups.stream().map(Sensitivity::weight).toList());
    }

    /** Each halfway between its own measurement and the mean of its role: noise in one of them counts less. */
    LossModel calmed(ModelTensors model) {
        Map<String, Double> roles = groups.stream()
                .collect(Collectors.groupingBy(
                        each -> each.group().role(), Collectors.averagingDouble(each -> Math.log(positive(each)))));
        return losses(
                model,
                groups.stream()
                        .map(each -> Math.sqrt(positive(each)
                                * Math.exp(roles.getOrDefault(each.group().role(), 0.0))))
                        .toList());
    }

    private static double positive(Sensitivity each) {
        return Math.max(Double.MIN_NORMAL, each.weight());
    }

    private LossModel losses(ModelTensors model, List<Double> weights) {
        Map<String, Double> byTensor = new HashMap<>();
        for (int i = 0; i < groups.size(); i++) {
            for (String tensor : groups.get(i).group().tensors()) {
                byTensor.put(tensor, weights.get(i));
            }
        }
        return LossModel.of(model, byTensor, reference.value());
    }
}
