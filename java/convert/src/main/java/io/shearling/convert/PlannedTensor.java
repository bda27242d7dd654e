package io.shearling.convert;

import io.shearling.convert.element.ElementSource;
import io.shearling.formats.tensor.TensorShape;
import io.shearling.formats.tensor.TensorType;

/** A tensor of an output, and where its elements come from. */
public final class PlannedTensor {
    private final String name;
    private final TensorType type;
    private final TensorShape shape;
    private final ElementSource source;

    PlannedTensor(String name, TensorType type, TensorShape shape, ElementSource source) {
        long expected = source.blocks().isPresent() ? type.bytes(shape) : shape.elements();
        if (source.elements() != expected || source.blocks().orElse(type) != type) {
            throw new IllegalArgumentException(
                    name + " has the shape " + shape + " and " + source.elements() + " elements.");
        }
        this.name = name;
        this.type = type;
        this.shape = shape;
        this.source = source;
    }

    /** Its name in the output. */
    public String name() {
        return name;
    }

    /** How its elements are stored there. */
    public TensorType type() {
        return type;
    }

    /** Its extents, columns first. */
    public TensorShape shape() {
        return shape;
    }

    /** Bytes of its data there. */
    public long sizeBytes() {
        return type.bytes(shape);
    }

    ElementSource source() {
        return source;
    }
}
