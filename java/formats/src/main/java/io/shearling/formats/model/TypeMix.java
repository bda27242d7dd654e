package io.shearling.formats.model;

import io.shearling.formats.gguf.TensorInfo;
import io.shearling.formats.tensor.TensorType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How much of a model is stored in which tensor type.
 *
 * @param shares one for each type in use, the one with the most bytes first
 */
public record TypeMix(List<Share> shares) {

    /**
     * The tensors of one type.
     *
     * @param type the type
     * @param tensors how many tensors have it
     * @param elements their elements together
     * @param sizeBytes their bytes together, padding not counted
     */
    public record Share(TensorType type, int tensors, long elements, long sizeBytes) {
        private Share plus(TensorInfo tensor) {
            return new Share(
                    type,
                    tensors + 1,
                    Math.addExact(elements, tensor.shape().elements()),
                    Math.addExact(sizeBytes, tensor.sizeBytes()));
        }
    }

    /** Copies the list. */
    public TypeMix {
        shares = List.copyOf(shares);
    }

    /** The mix of these tensors. */
    public static TypeMix of(List<TensorInfo> tensors) {
        Map<TensorType, Share> shares = new EnumMap<>(TensorType.class);
        for (TensorInfo tensor : tensors) {
            Share share = shares.getOrDefault(tensor.type(), new Share(tensor.type(), 0, 0, 0));
            shares.put(tensor.type(), share.plus(tensor));
        }
        List<Share> sorted = new ArrayList<>(shares.values());
        sorted.sort(Comparator.comparingLong(Share::sizeBytes).reversed());
        return new TypeMix(sorted);
    }

    /** How many tensors there are. */
    public int tensors() {
        return shares.stream().mapToInt(Share::tensors).sum();
    }

    /** Elements of all tensors: the model's parameters. */
    public long elements() {
        return shares.stream().mapToLong(Share::elements).reduce(0, Math::addExact);
    }

    /** Bytes of all tensors, padding not counted. */
    public long sizeBytes() {
        return shares.stream().mapToLong(Share::sizeBytes).reduce(0, Math::addExact);
    }

    /** Bits that a parameter takes on average; 0 without tensors. */
    public double bitsPerWeight() {
        long elements = elements();
        return elements == 0 ? 0 : 8.0 * sizeBytes() / elements;
    }
}
