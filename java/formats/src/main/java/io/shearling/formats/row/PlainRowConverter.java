package io.shearling.formats.row;

import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** The row converter in plain Java. Thread-safe. */
public final class PlainRowConverter implements RowConverter {
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
    public void convert(
            TensorType from,
            ByteBuffer source,
            TensorType to,
            ByteBuffer target,
            int rows,
            int columns,
            float @Nullable [] importance) {
        if (!supports(from, to)) {
            throw new IllegalArgumentException(
                    "The plain row converter does not make " + to.ggmlName() + " of " + from.ggmlName() + ".");
        }
        int elements = checkedElements(rows, columns);
        int read = Math.toIntExact(from.rowBytes(columns) * rows);
        int written = Math.toIntExact(to.rowBytes(columns) * rows);
        if (read > source.remaining() || written > target.remaining()) {
            throw new IndexOutOfBoundsException("There are " + source.remaining() + " of " + read
                    + " bytes to read, and room for " + target.remaining() + " of " + written + ".");
        }
        ByteBuffer in = source.slice().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer out = target.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (from == TensorType.BF16 && to == TensorType.F16) {
            HalfTable.toFloat16().translate(in.asShortBuffer(), out.asShortBuffer(), elements);
        } else if (from == TensorType.F16 && to == TensorType.BF16) {
            HalfTable.toBFloat16().translate(in.asShortBuffer(), out.asShortBuffer(), elements);
        } else {
            float[] values = new float[elements];
            decoder.decode(from, in, values, 0, elements);
            encoder.encode(to, values, 0, rows, columns, null, out);
        }
        source.position(source.position() + read);
        target.position(target.position() + written);
    }

    private static int checkedElements(int rows, int columns) {
        if (rows < 0 || columns < 0) {
            throw new IllegalArgumentException("There are no " + rows + " rows of " + columns + " columns.");
        }
        return Math.multiplyExact(rows, columns);
    }
}
