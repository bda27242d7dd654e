package io.shearling.recipes.budget;

import io.shearling.formats.tensor.TensorType;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The tensors of a model that can be chosen for, and the sizes of what cannot.
 *
 * @param tensors in the order of the output
 * @param otherBytes of a file without the chosen tensors
 * @param otherTensorBytes of the other tensors, padding not counted
 * @param elements of all tensors
 */
record ModelTensors(List<ChosenTensor> tensors, long otherBytes, long otherTensorBytes, long elements) {
    /** Copies the list. */
    ModelTensors {
        tensors = List.copyOf(tensors);
    }

    /** The same with other figures of the chosen tensors. */
    ModelTensors with(List<ChosenTensor> others) {
        return new ModelTensors(others, otherBytes, otherTensorBytes, elements);
    }

    /** A table with one of each tensor's candidates. */
    TypeTable table(Function<ChosenTensor, Candidate> choice) {
        Map<String, TensorType> types = new LinkedHashMap<>();
        tensors.forEach(tensor -> types.put(tensor.name(), choice.apply(tensor).type()));
        return new TypeTable(types);
    }

    /** Bytes of the file with these types. */
    long sizeBytes(TypeTable types) {
        return otherBytes
                + tensors.stream()
                        .mapToLong(
                                tensor -> tensor.of(types.type(tensor.name())).bytes())
                        .sum();
    }

    /** Bits a weight with these types, as the command counts them: of all tensors, without padding. */
    double bitsPerWeight(TypeTable types) {
        long bytes = otherTensorBytes
                + tensors.stream()
                        .mapToLong(tensor ->
                                types.type(tensor.name()).bytes(tensor.info().shape()))
                        .sum();
        return 8.0 * bytes / elements;
    }

    /** Bytes that a file has at most which keeps within so many bits a weight. */
    long sizeBytes(double bitsPerWeight) {
        return otherBytes - otherTensorBytes + (long) (bitsPerWeight * elements / 8);
    }
}
