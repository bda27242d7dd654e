package io.shearling.convert.quantized;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.element.ElementSource;
import io.shearling.formats.safetensors.SafetensorsType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The tensors of one group, by the ends of their names; knows how to complain about them. */
final class Parts {
    private final String folder;
    private final String scheme;
    private final String name;
    private final Map<String, SourceTensor> byEnd;

    Parts(String folder, String scheme, String name, Map<String, SourceTensor> byEnd) {
        this.folder = folder;
        this.scheme = scheme;
        this.name = name;
        this.byEnd = byEnd;
    }

    /** The name of the weight. */
    String name() {
        return name;
    }

    /** The tensors, by the ends of their names. */
    Map<String, SourceTensor> all() {
        return byEnd;
    }

    Optional<SourceTensor> find(String end) {
        return Optional.ofNullable(byEnd.get(end));
    }

    /**
     * One that has to be there.
     *
     * @throws ConvertException when it is not
     */
    SourceTensor get(String end) {
        return find(end).orElseThrow(() -> fault("the tensor that ends with " + end + " is missing"));
    }

    /** One of two dimensions and this type. */
    SourceTensor matrix(String end, SafetensorsType type) {
        SourceTensor tensor = get(end);
        if (tensor.shape().size() != 2 || tensor.source().type() != type) {
            throw fault(
                    tensor.name() + " is " + tensor.source().type() + " " + tensor.shape() + ", no matrix of " + type);
        }
        return tensor;
    }

    /** The elements of one that has to have this shape. */
    ElementSource shaped(String end, Long... shape) {
        SourceTensor tensor = get(end);
        if (!tensor.shape().equals(List.of(shape))) {
            throw fault(tensor.name() + " has the shape " + tensor.shape() + " in place of " + List.of(shape));
        }
        return tensor.source();
    }

    /** The only element of one. */
    float number(String end) {
        SourceTensor tensor = get(end);
        if (tensor.source().elements() != 1) {
            throw fault(tensor.name() + " has the shape " + tensor.shape() + " and should be one number");
        }
        return tensor.source().floats(0, 1)[0];
    }

    ConvertException fault(String cause) {
        return new ConvertException(
                Kind.TENSORS,
                folder,
                "the weight " + name + " is quantized with " + scheme + ", and " + cause,
                "fetch the checkpoint again, or convert the one that it was made from");
    }
}
