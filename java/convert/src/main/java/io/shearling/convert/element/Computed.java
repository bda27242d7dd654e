package io.shearling.convert.element;

import io.shearling.formats.row.Float16;
import io.shearling.formats.safetensors.SafetensorsType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A function of each element. As upstream's converter does, it computes with f16 where the checkpoint has f16, rounding to it, and
 * with f32 in all other cases.
 */
public final class Computed implements ElementSource {
    private final ElementSource source;
    private final FloatFunction function;

    /** A pure function of a float. */
    @FunctionalInterface
    public interface FloatFunction {
        /** Its value. */
        float apply(float value);
    }

    /** The function's values over a source of numbers. */
    public Computed(ElementSource source, FloatFunction function) {
        this.source = source;
        this.function = function;
    }

    @Override
    public SafetensorsType type() {
        return source.type() == SafetensorsType.F16 ? SafetensorsType.F16 : SafetensorsType.F32;
    }

    @Override
    public long elements() {
        return source.elements();
    }

    @Override
    public void read(long first, ByteBuffer target) {
        int count = (int) checkRange(first, target);
        ByteBuffer out = target.slice().order(ByteOrder.LITTLE_ENDIAN);
        boolean half = type() == SafetensorsType.F16;
        for (float value : source.floats(first, count)) {
            float computed = function.apply(value);
            if (half) {
                out.putShort(Float16.fromFloat(computed));
            } else {
                out.putFloat(computed);
            }
        }
        target.position(target.limit());
    }
}
