package io.shearling.formats.safetensors;

import java.util.Optional;

/**
 * A way to store the elements of a safetensors tensor. Names and sizes are those of the format's reference library,
 * <a href="https://docs.rs/safetensors">safetensors</a> 0.6.
 */
public enum SafetensorsType {
    BOOL(8),
    /** Two elements a byte: 2 exponent bits, 1 of the mantissa. */
    F4(4),
    F6_E2M3(6),
    F6_E3M2(6),
    U8(8),
    I8(8),
    F8_E5M2(8),
    F8_E4M3(8),
    /** A power of two: a scale. */
    F8_E8M0(8),
    I16(16),
    U16(16),
    F16(16),
    BF16(16),
    I32(32),
    U32(32),
    F32(32),
    C64(64),
    F64(64),
    I64(64),
    U64(64);

    private final int bits;

    SafetensorsType(int bits) {
        this.bits = bits;
    }

    /** Bits of one element. */
    public int bits() {
        return bits;
    }

    /**
     * Bytes of so many elements, or nothing where they end within a byte.
     *
     * @throws ArithmeticException when the size exceeds a {@code long}
     */
    public Optional<Long> bytes(long elements) {
        if (bits % Byte.SIZE == 0) {
            return Optional.of(Math.multiplyExact(elements, bits / Byte.SIZE));
        }
        long all = Math.multiplyExact(elements, bits);
        return all % Byte.SIZE == 0 ? Optional.of(all / Byte.SIZE) : Optional.empty();
    }

    /** The type with this name, as a file's header spells it. */
    public static Optional<SafetensorsType> fromName(String name) {
        for (SafetensorsType type : values()) {
            if (type.name().equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
