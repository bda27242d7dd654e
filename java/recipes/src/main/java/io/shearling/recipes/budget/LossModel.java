package io.shearling.recipes.budget;

import io.shearling.formats.tensor.TensorType;
import java.util.Map;

/**
 * Foretells the divergence of a choice: a sum over the tensors, each the error of its type times what an error there was measured to do.
 * Immutable.
 *
 * <p>Beside a quantized weight the activations are rounded to eight bits too; beside floats they are not. What the nearly lossless
 * model loses and its weights do not explain is that, and is shared out in proportion to what they do explain.
 *
 * @param weights nats for an error of 1, by the tensor's name
 * @param rounding the loss by activations, as a multiple of what the weights of the nearly lossless model lose
 */
record LossModel(Map<String, Double> weights, double rounding) {
    /** More would be noise in what the weights explain. */
    private static final double MOST_ROUNDING = 4;

    /** Copies the map. */
    LossModel {
        weights = Map.copyOf(weights);
    }

    /**
     * The model whose nearly lossless choice loses what was measured.
     *
     * @param reference nats a token
     */
    static LossModel of(ModelTensors model, Map<String, Double> weights, double reference) {
        LossModel plain = new LossModel(weights, 0);
        double explained = plain.loss(model, model.table(ChosenTensor::reference));
        double rest = explained > 0 ? reference / explained - 1 : 0;
        return new LossModel(weights, Math.max(0, Math.min(MOST_ROUNDING, rest)));
    }

    /** What a type of a tensor adds, in nats a token. */
    double loss(ChosenTensor tensor, Candidate candidate) {
        boolean floats = candidate.type() == TensorType.F32
                || candidate.type() == TensorType.F16
                || candidate.type() == TensorType.BF16;
        double error =
                candidate.error() + (floats ? 0 : rounding * tensor.reference().error());
        return weights.getOrDefault(tensor.name(), 0.0) * error;
    }

    /** What a whole choice loses, in nats a token. */
    double loss(ModelTensors model, TypeTable types) {
        return model.tensors().stream()
                .mapToDouble(tensor -> loss(tensor, tensor.of(types.type(tensor.name()))))
                .sum();
    }
}
