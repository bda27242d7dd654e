package io.shearling.convert.quantized;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.convert.checkpoint.Checkpoint;
import io.shearling.convert.element.ElementDecoder;
import io.shearling.convert.element.ElementSource;
import io.shearling.convert.element.StoredElements;
import io.shearling.formats.safetensors.SafetensorsTensor;
import io.shearling.formats.tensor.TensorType;
import java.util.List;

/**
 * A tensor of a checkpoint as the rules of an architecture see it.
 *
 * @param name its name in the checkpoint
 * @param shape its extents; the last dimension's elements lie next to each other
 * @param source its elements, or the bytes of its blocks
 * @param scales what llama.cpp multiplies with when the model runs
 */
public record SourceTensor(String name, List<Long> shape, ElementSource source, List<Scale> scales) {
    /**
     * A factor beside a tensor.
     *
     * @param end of its name in the output, in place of {@code .weight}
     * @param value the factor
     */
    public record Scale(String end, float value) {}

    /** Copies the lists and checks that there is a source for the shape. */
    public SourceTensor {
        shape = List.copyOf(shape);
        scales = List.copyOf(scales);
        long elements = shape.stream().reduce(1L, Math::multiplyExact);
        long expected = source.blocks().map(type -> bytes(type, elements)).orElse(elements);
        if (source.elements() != expected) {
            throw new IllegalArgumentException(
                    name + " has the shape " + shape + " and " + source.elements() + " elements.");
        }
    }

    private static long bytes(TensorType type, long elements) {
        return elements / type.blockElements() * type.blockBytes();
    }

    /** One without scales. */
    static SourceTensor of(String name, List<Long> shape, ElementSource source) {
        return new SourceTensor(name, shape, source, List.of());
    }

    /** One as it is stored. */
    static SourceTensor of(Checkpoint.Place place) {
        SafetensorsTensor tensor = place.tensor();
        if (!ElementDecoder.supports(tensor.type())) {
            throw new ConvertException(
                    Kind.TENSORS,
                    place.file().path().toString(),
                    "the tensor " + tensor.name() + " is of the type " + tensor.type() + ", which is not read",
                    "convert a checkpoint in f16, bf16 or f32");
        }
        return of(tensor.name(), tensor.shape(), new StoredElements(place.file(), tensor));
    }
}
