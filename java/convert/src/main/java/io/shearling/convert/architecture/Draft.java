package io.shearling.convert.architecture;

import io.shearling.convert.element.ElementSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A tensor on its way into the output.
 *
 * @param name its name there
 * @param shape its extents in the order of the checkpoint: the last dimension's elements lie next to each other
 * @param source its elements
 */
public record Draft(String name, List<Long> shape, ElementSource source) {
    /** Copies the shape. */
    public Draft {
        shape = List.copyOf(shape);
    }

    /** One of this shape. */
    static Draft of(String name, ElementSource source, Long... shape) {
        return new Draft(name, Arrays.asList(shape), source);
    }

    /** The same by another name. */
    Draft named(String other) {
        return new Draft(other, shape, source);
    }

    /** With other elements in the same shape. */
    Draft with(ElementSource other) {
        return new Draft(name, shape, other);
    }

    /** With other elements and another extent of the first dimension. */
    Draft withRows(long rows, ElementSource other) {
        List<Long> extents = new ArrayList<>(shape);
        extents.set(0, rows);
        return new Draft(name, extents, other);
    }

    /** How many elements it has, whatever the source has for them. */
    public long elements() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /** Extent of the first dimension. */
    long rows() {
        return shape.isEmpty() ? 1 : shape.get(0);
    }

    /** Elements of the source in one step of the first dimension. */
    long rowElements() {
        return rows() == 0 ? 0 : source.elements() / rows();
    }
}
