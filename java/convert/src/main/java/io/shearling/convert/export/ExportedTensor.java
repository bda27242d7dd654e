package io.shearling.convert.export;

import io.shearling.convert.element.ElementSource;
import io.shearling.formats.safetensors.SafetensorsType;
import io.shearling.formats.tensor.TensorType;
import java.util.List;

/** A tensor of the checkpoint, and where its elements come from. */
public final class ExportedTensor {
    private final String name;
    private final SafetensorsType type;
    private final List<Long> shape;
    private final TensorType from;
    private final ElementSource source;

    ExportedTensor(String name, SafetensorsType type, List<Long> shape, TensorType from, ElementSource source) {
        this.name = name;
        this.type = type;
        this.shape = List.copyOf(shape);
        this.from = from;
        this.source = source;
    }

    /** Its name in the checkpoint. */
    public String name() {
        return name;
    }

    /** How its elements are stored there. */
    public SafetensorsType type() {
        return type;
    }

    /** Its extents, the last dimension's elements next to each other. */
    public List<Long> shape() {
        return shape;
    }

    /** How its elements are stored in the GGUF file. */
    public TensorType from() {
        return from;
    }

    /** Whether its elements were quantized, so that they are not what the model was made with. */
    public boolean dequantized() {
        return from.quantized();
    }

    /** Bytes of its data. */
    public long sizeBytes() {
        return type.bytes(source.elements()).orElseThrow();
    }

    ElementSource source() {
        return source;
    }
}
