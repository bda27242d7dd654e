package io.shearling.convert.element;

import java.nio.ByteBuffer;

/** Copies single elements between buffers of the same byte order, faster than runs of bytes. */
final class ElementCopy {
    private ElementCopy() {}

    /**
     * Copies one.
     *
     * @param from its first byte
     * @param to where its first byte goes
     * @param size its bytes: 1, 2, 4 or 8
     */
    static void copy(ByteBuffer source, int from, ByteBuffer target, int to, int size) {
        switch (size) {
            case Byte.BYTES -> target.put(to, source.get(from));
            case Short.BYTES -> target.putShort(to, source.getShort(from));
            case Integer.BYTES -> target.putInt(to, source.getInt(from));
            default -> target.putLong(to, source.getLong(from));
        }
    }
}
