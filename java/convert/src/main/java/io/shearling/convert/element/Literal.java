package io.shearling.convert.element;

import io.shearling.formats.safetensors.SafetensorsType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Values that no checkpoint has: made from its configuration. */
public final class Literal implements ElementSource {
    private final ByteBuffer values;

    /** These f32 values. */
    public Literal(float... floats) {
        ByteBuffer bytes = ByteBuffer.allocate(floats.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(floats);
        values = bytes.asReadOnlyBuffer();
    }

    @Override
    public SafetensorsType type() {
        return SafetensorsType.F32;
    }

    @Override
    public long elements() {
        return values.limit() / Float.BYTES;
    }

    @Override
    public void read(long first, ByteBuffer target) {
        checkRange(first, target);
        target.put(values.duplicate()
                .position((int) first * Float.BYTES)
                .limit((int) first * Float.BYTES + target.remaining()));
    }
}
