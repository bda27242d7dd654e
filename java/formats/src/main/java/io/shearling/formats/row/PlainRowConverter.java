package io.shearling.formats.row;

import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The row converter in plain Java. Thread-safe. */
public final class PlainRowConverter implements RowConverter {
    /** Floats that a conversion holds. */
    private static final int CHUNK = 1 << 16;

    private final PlainRowDecoder decoder = new PlainRowDecoder();
    private final PlainRowEncoder encoder = new PlainRowEncoder();

    /** A converter; it has no state. */
    public PlainRowConverter() {}

    @Override
    public String name() {
        return "java";
    }

    @Override
    public boolean supports(TensorType from, TensorType to) {
        return isPlain(from) && (isPlain(to) || to == TensorType.Q8_0) && from != to;
    }

    private static boolean isPlain(TensorType type) {
        return type == TensorType.F32 || type == TensorType.F16 || type == TensorType.BF16;
    }

    @Override
    public void convert(TensorType from, ByteBuffer source, TensorType to, ByteBuffer target, int rows, int columns) {
        if (!supports(from, to)) {
            throw new IllegalArgumentException(
                    "The plain row converter does not make " + to.ggmlName() + " of " + from.ggmlName() + ".");
        }
        long read = Math.multiplyExact(from.rowBytes(columns), rows);
        long written = Math.multiplyExact(to.rowBytes(columns), rows);
        if (read > source.remaining() || written > target.remaining()) {
            throw new IndexOutOfBoundsException("There are " + source.remaining() + " of " + read
                    + " bytes to read, and room for " + target.remaining() + " of " + written + ".");
        }
        if (from == TensorType.BF16 && to == TensorType.F16) {
            translate(HalfTable.toFloat16(), source, target, rows * columns);
        } else if (from == TensorType.F16 && to == TensorType.BF16) {
            translate(HalfTable.toBFloat16(), source, target, rows * columns);
        } else {
            throughFloats(from, source, to, target, rows, columns);
        }
    }

    private static void translate(HalfTable table, ByteBuffer source, ByteBuffer target, int elements) {
        table.translate(
                source.slice().order(ByteOrder.LITTLE_ENDIAN).asShortBuffer(),
                target.slice().order(ByteOrder.LITTLE_ENDIAN).asShortBuffer(),
                elements);
        source.position(source.position() + elements * Short.BYTES);
        target.position(target.position() + elements * Short.BYTES);
    }

    private void throughFloats(
            TensorType from, ByteBuffer source, TensorType to, ByteBuffer target, int rows, int columns) {
        int step = Math.min(rows, Math.max(1, CHUNK / Math.max(1, columns)));
        float[] values = new float[Math.multiplyExact(step, columns)];
        for (int row = 0; row < rows; row += step) {
            int count = Math.min(step, rows - row);
            decoder.decode(from, source, values, 0, count * columns);
            encoder.encode(to, values, 0, count, columns, null, target);
        }
    }
}
