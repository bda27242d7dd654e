package io.shearling.recipes.budget;

import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.row.RowDecoder;
import io.shearling.formats.row.RowEncoder;
import io.shearling.formats.tensor.TensorType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The types worth trying for a tensor. */
final class CandidateTypes {
    /**
     * By bits. Below two bits nothing of a model is left that a sum of small errors could foretell; the ternary types and those of
     * four-bit floats are for models that were trained for them.
     */
    private static final List<TensorType> ALL = List.of(
            TensorType.IQ2_XXS,
            TensorType.IQ2_XS,
            TensorType.IQ2_S,
            TensorType.Q2_K,
            TensorType.IQ3_XXS,
            TensorType.Q3_K,
            TensorType.IQ3_S,
            TensorType.IQ4_XS,
            TensorType.Q4_0,
            TensorType.Q4_K,
            TensorType.IQ4_NL,
            TensorType.Q4_1,
            TensorType.Q5_0,
            TensorType.Q5_K,
            TensorType.Q5_1,
            TensorType.Q6_K,
            TensorType.Q8_0,
            TensorType.F16);

    private static final Set<TensorType> WITH_IMPORTANCE =
            EnumSet.of(TensorType.IQ2_XXS, TensorType.IQ2_XS, TensorType.IQ2_S, TensorType.IQ3_XXS);

    private CandidateTypes() {}

    /**
     * The types, those with fewer bits first: what fits the rows and has fewer bits than the tensor has now, and that type itself
     * unless it is f32.
     *
     * @param importance whether there are importance values for its columns
     */
    static List<TensorType> of(TensorInfo tensor, boolean importance) {
        TensorType source = tensor.type();
        List<TensorType> types = new ArrayList<>(ALL.stream()
                .filter(type -> type.fits(tensor.shape().columns()))
                .filter(type -> type.bitsPerElement() < source.bitsPerElement())
                .filter(type -> importance || !WITH_IMPORTANCE.contains(type))
                .filter(type -> RowEncoder.find(type).isPresent()
                        && RowDecoder.find(type).isPresent())
                .toList());
        if (source != TensorType.F32 || types.isEmpty()) {
            types.add(source);
        }
        return types;
    }
}
