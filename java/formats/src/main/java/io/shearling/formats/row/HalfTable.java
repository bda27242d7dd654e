package io.shearling.formats.row;

import java.nio.ShortBuffer;

/** Every value of one type of 16 bits in the other: one look instead of two conversions. Thread-safe. */
final class HalfTable {
    /** Rounded as {@link Float16#fromFloat} does. */
    static HalfTable toFloat16() {
        return ToFloat16.TABLE;
    }

    /** Rounded as {@link BFloat16#fromFloat} does. */
    static HalfTable toBFloat16() {
        return ToBFloat16.TABLE;
    }

    private static final int CHUNK = 4096;

    private final short[] values;

    private HalfTable(short[] values) {
        this.values = values;
    }

    /** Translates as many values as are asked for. Both positions move. */
    void translate(ShortBuffer in, ShortBuffer out, int count) {
        short[] chunk = new short[Math.min(CHUNK, count)];
        for (int done = 0; done < count; done += chunk.length) {
            int length = Math.min(chunk.length, count - done);
            in.get(chunk, 0, length);
            for (int i = 0; i < length; i++) {
                chunk[i] = values[chunk[i] & 0xffff];
            }
            out.put(chunk, 0, length);
        }
    }

    // Holders: a table takes 128 kB and is made when it is first asked for.
    private static final class ToFloat16 {
        static final HalfTable TABLE = new HalfTable(new short[1 << Short.SIZE]);

        static {
            for (int i = 0; i < TABLE.values.length; i++) {
                TABLE.values[i] = Float16.fromFloat(BFloat16.toFloat((short) i));
            }
        }
    }

    private static final class ToBFloat16 {
        static final HalfTable TABLE = new HalfTable(new short[1 << Short.SIZE]);

        static {
            for (int i = 0; i < TABLE.values.length; i++) {
                TABLE.values[i] = BFloat16.fromFloat(Float16.toFloat((short) i));
            }
        }
    }
}
