package io.shearling.formats.diff;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;

/** The bytes of a block and, where they can be read, its elements. Immutable. */
public final class Block {
    private final byte[] bytes;
    private final Optional<float[]> values;

    Block(byte[] bytes, Optional<float[]> values) {
        this.bytes = bytes.clone();
        this.values = values.map(float[]::clone);
    }

    /** The bytes as they are stored; a fresh array. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The elements, a fresh array; empty where nothing in this program reads the type. */
    public Optional<float[]> values() {
        return values.map(float[]::clone);
    }

    /** The elements, else the bytes in hexadecimal digits. */
    @Override
    public String toString() {
        return values.map(Arrays::toString).orElseGet(() -> HexFormat.of().formatHex(bytes));
    }
}
