package io.shearling.convert.quantized;

import java.util.List;

/**
 * Tensors that together are one weight, their names but for the ends alike.
 *
 * @param mark end of the name of the tensor that shows that there is such a group
 * @param weight end of the weight's name
 * @param others ends of the names of all tensors that have to be there beside it
 * @param perhaps ends of the names of those that may be there
 * @param behind whether the weight comes behind all other tensors, as upstream has it for some schemes, instead of where the weight
 *     or the mark is
 * @param reading what the weight is
 */
record TensorGroup(
        String mark, String weight, List<String> others, List<String> perhaps, boolean behind, Reading reading) {

    /** Makes the weight of its parts. */
    @FunctionalInterface
    interface Reading {
        SourceTensor read(Parts parts);
    }

    /** A group of the tensors with these ends: the mark and the others. */
    static TensorGroup of(String mark, String weight, Reading reading, String... others) {
        return new TensorGroup(mark, weight, List.of(others), List.of(), false, reading);
    }

    /** With tensors that may be there too. */
    TensorGroup perhaps(String... ends) {
        return new TensorGroup(mark, weight, others, List.of(ends), behind, reading);
    }

    /** With the weights behind all other tensors. */
    TensorGroup atEnd() {
        return new TensorGroup(mark, weight, others, perhaps, true, reading);
    }
}
