package io.shearling.recipes.budget;

import io.shearling.formats.tensor.TensorType;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The best choice with another type of the largest tensor, mostly the embedding. Its types are few and far apart, so all else depends
 * on it, and a small error of its sensitivity would decide much.
 */
final class OtherLargest {
    private OtherLargest() {}

    static Optional<TypeTable> of(ModelTensors model, LossModel losses, TypeTable best, long most) {
        ChosenTensor largest = model.tensors().stream()
                .max(Comparator.comparingLong(ChosenTensor::elements))
                .orElseThrow();
        TensorType now = best.type(largest.name());
        List<Candidate> useful = Solver.useful(largest, losses::loss);
        return useful.stream()
                .map(Candidate::type)
                .filter(type -> type != now)
                .flatMap(type -> solved(model, losses, Map.of(largest.name(), type), most).stream())
                .min(Comparator.comparingDouble(table -> losses.loss(model, table)));
    }

    private static Optional<TypeTable> solved(
            ModelTensors model, LossModel losses, Map<String, TensorType> given, long most) {
        try {
            return Optional.of(new Solver(model, losses::loss, given, most).within(most));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // with this type nothing is small enough
        }
    }
}
