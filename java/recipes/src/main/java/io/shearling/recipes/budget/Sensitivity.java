package io.shearling.recipes.budget;

import io.shearling.formats.tensor.TensorType;
import io.shearling.recipes.evaluate.Estimate;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What errors in a group of tensors do to the model.
 *
 * @param kl by how much the divergence grows when the group alone has coarse types, with the error of that difference
 * @param error by how much the error of its weights grows then
 */
record Sensitivity(Group group, Estimate kl, double error) {
    /** Nats for an error of 1. A divergence that is lost in noise counts as that noise. */
    double weight() {
        double nats = Math.max(kl.value(), Math.max(kl.error() / 2, Double.MIN_NORMAL));
        return error > 0 && Double.isFinite(error) ? nats / error : 0;
    }

    /** The types of the group while it is measured. */
    static Map<String, TensorType> probes(Group group, Map<String, ChosenTensor> tensors, double bits) {
        return tensors.values().stream()
                .filter(tensor -> group.tensors().contains(tensor.name()))
                .collect(Collectors.toMap(
                        ChosenTensor::name, tensor -> tensor.probe(bits).type()));
    }
}
