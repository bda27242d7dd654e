package io.shearling.convert.element;

import io.shearling.formats.safetensors.SafetensorsType;
import java.nio.ByteBuffer;

/**
 * The bytes of a source's elements, little-endian.
 *
 * @param source of elements of any size
 */
public record Bytes(ElementSource source) implements ElementSource {
    @Override
    public SafetensorsType type() {
        return SafetensorsType.U8;
    }

    @Override
    public long elements() {
        return Math.multiplyExact(source.elements(), source.elementBytes());
    }

    @Override
    public void read(long first, ByteBuffer target) {
        long end = first + checkRange(first, target);
        int size = source.elementBytes();
        long from = first / size;
        long to = (end + size - 1) / size;
        ByteBuffer whole = ByteBuffer.allocate(Math.toIntExact((to - from) * size));
        source.read(from, whole);
        target.put(whole.position((int) (first - from * size)).limit((int) (end - from * size)));
    }
}
