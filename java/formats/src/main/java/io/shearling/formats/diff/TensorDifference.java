package io.shearling.formats.diff;

import io.shearling.formats.gguf.GgufFile;
import io.shearling.formats.gguf.TensorInfo;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A tensor in which two files differ.
 *
 * @param name its name
 * @param kind how it differs
 * @param one what the first file says of it, empty where it has none
 * @param other what the second says
 * @param data where the data differs; there for {@link Kind#DATA}, and for {@link Kind#ORDER} where the data differs too
 */
public record TensorDifference(
        String name, Kind kind, Optional<TensorInfo> one, Optional<TensorInfo> other, Optional<DataDifference> data) {
    /** How a tensor differs. */
    public enum Kind {
        /** The second file has none. */
        ONLY_IN_FIRST,
        /** The first file has none. */
        ONLY_IN_SECOND,
        /** Its elements are stored in two ways; the data is not compared. */
        TYPE,
        /** It has two shapes; the data is not compared. */
        SHAPE,
        /** It is at another place among the tensors that both have. */
        ORDER,
        /** Its data differs. */
        DATA
    }

    /** What differs between the tensors of two open files. */
    static List<TensorDifference> between(GgufFile one, GgufFile other) {
        Set<String> moved = Moved.between(names(one), names(other));
        List<TensorDifference> differences = new ArrayList<>();
        for (TensorInfo tensor : one.tensors()) {
            Optional<TensorInfo> second = other.tensor(tensor.name());
            Optional<DataDifference> data = second.filter(
                            info -> info.type() == tensor.type() && info.shape().equals(tensor.shape()))
                    .flatMap(info -> DataComparison.of(one, tensor, other, info));
            kind(tensor, second, data.isPresent(), moved.contains(tensor.name()))
                    .ifPresent(kind -> differences.add(
                            new TensorDifference(tensor.name(), kind, Optional.of(tensor), second, data)));
        }
        for (TensorInfo tensor : other.tensors()) {
            if (one.tensor(tensor.name()).isEmpty()) {
                differences.add(new TensorDifference(
                        tensor.name(), Kind.ONLY_IN_SECOND, Optional.empty(), Optional.of(tensor), Optional.empty()));
            }
        }
        return List.copyOf(differences);
    }

    private static Set<String> names(GgufFile file) {
        Set<String> names = new LinkedHashSet<>();
        file.tensors().forEach(tensor -> names.add(tensor.name()));
        return names;
    }

    private static Optional<Kind> kind(TensorInfo one, Optional<TensorInfo> other, boolean data, boolean moved) {
        if (other.isEmpty()) {
            return Optional.of(Kind.ONLY_IN_FIRST);
        }
        if (one.type() != other.get().type()) {
            return Optional.of(Kind.TYPE);
        }
        if (!one.shape().equals(other.get().shape())) {
            return Optional.of(Kind.SHAPE);
        }
        if (moved) {
            return Optional.of(Kind.ORDER);
        }
        return data ? Optional.of(Kind.DATA) : Optional.empty();
    }
}
