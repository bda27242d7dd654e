package io.shearling.convert.element;

import io.shearling.formats.safetensors.SafetensorsType;
import java.nio.ByteBuffer;

/**
 * Nothing but zeros.
 *
 * @param type one whose zero is made of zero bits
 * @param elements how many
 */
public record Zeros(SafetensorsType type, long elements) implements ElementSource {
    private static final byte[] SOME = new byte[1 << 12];

    @Override
    public void read(long first, ByteBuffer target) {
        checkRange(first, target);
        while (target.hasRemaining()) {
            target.put(SOME, 0, Math.min(SOME.length, target.remaining()));
        }
    }
}
