package io.shearling.runtime.bridge;

import io.shearling.core.Core;
import io.shearling.core.shl_type_info;
import io.shearling.formats.row.PlainRowConverter;
import io.shearling.formats.row.RowConverter;
import io.shearling.formats.tensor.TensorType;
import io.shearling.natives.NativeLoadException;
import io.shearling.runtime.error.ShearlingException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Converts rows of all types with the core's kernels; found by the formats module as a service. Without the natives it serves none. Thread-safe. */
public final class NativeRowConverter implements RowConverter {
    private static final System.Logger LOG = System.getLogger(NativeRowConverter.class.getName());

    private final PlainRowConverter plain = new PlainRowConverter();

    /** For ServiceLoader. */
    public NativeRowConverter() {}

    @Override
    public String name() {
        return "native";
    }

    @Override
    public boolean supports(TensorType from, TensorType to) {
        return Natives.THERE && (plain.supports(from, to) || recodes(from, to));
    }

    private static boolean recodes(TensorType from, TensorType to) {
        try (shl_type_info info = new shl_type_info()) {
            return Core.shl_type_read(from.code(), info) == Core.SHL_OK
                    && info.dequantizes()
                    && Core.shl_type_read(to.code(), info) == Core.SHL_OK
                    && info.quantizes();
        }
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
        if (plain.supports(from, to)) {
            convertPlain(from, source, to, target, rows, columns);
        } else {
            recode(from, source, to, target, rows, columns, importance);
        }
    }

    private void convertPlain(
            TensorType from, ByteBuffer source, TensorType to, ByteBuffer target, int rows, int columns) {
        long read = Math.multiplyExact(from.rowBytes(columns), rows);
        long written = Math.multiplyExact(to.rowBytes(columns), rows);
        boolean fits = rows >= 0 && read <= source.remaining() && written <= target.remaining();
        boolean direct = source.isDirect() && target.isDirect() && !target.isReadOnly() && supports(from, to);
        if (fits && direct) {
            int status = Core.shl_rows_convert(
                    from.code(), source, source.remaining(), to.code(), target, target.remaining(), rows, columns);
            if (status == Core.SHL_OK) {
                source.position(source.position() + (int) read);
                target.position(target.position() + (int) written);
                return;
            }
        }
        // It says what is wrong, in its own words.
        plain.convert(from, source, to, target, rows, columns);
    }

    private void recode(
            TensorType from,
            ByteBuffer source,
            TensorType to,
            ByteBuffer target,
            int rows,
            int columns,
            float @Nullable [] importance) {
        if (rows < 0 || !supports(from, to)) {
            throw new IllegalArgumentException(
                    "There is no way for " + rows + " rows from " + from.ggmlName() + " to " + to.ggmlName() + ".");
        }
        // Native code reads as many as there are columns, and nobody tells it how many there are.
        if (importance != null && importance.length != columns) {
            throw new IllegalArgumentException(
                    "There are " + importance.length + " importance values for " + columns + " columns.");
        }
        int read = Math.toIntExact(Math.multiplyExact(from.rowBytes(columns), rows));
        int written = Math.toIntExact(Math.multiplyExact(to.rowBytes(columns), rows));
        Objects.checkFromIndexSize(0, read, source.remaining());
        Objects.checkFromIndexSize(0, written, target.remaining());
        ByteBuffer in = source.isDirect() ? source : copy(source, read);
        boolean inPlace = target.isDirect() && !target.isReadOnly();
        ByteBuffer out = inPlace ? target : ByteBuffer.allocateDirect(written);
        FloatBuffer weights = importance == null ? null : FloatBuffer.wrap(importance);
        try {
            Status.check(
                    Core.shl_rows_recode(from.code(), in, read, to.code(), out, written, rows, columns, weights),
                    "cannot convert rows of " + from.ggmlName() + " to " + to.ggmlName());
        } catch (ShearlingException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (inPlace) {
            target.position(target.position() + written);
        } else {
            target.put(out.limit(written));
        }
        source.position(source.position() + read);
    }

    private static ByteBuffer copy(ByteBuffer source, int bytes) {
        return ByteBuffer.allocateDirect(bytes)
                .put(source.slice(source.position(), bytes))
                .flip();
    }

    /** Loaded when the first conversion asks. */
    private static final class Natives {
        static final boolean THERE = load();

        private static boolean load() {
            try {
                Backends.natives();
                return true;
            } catch (ShearlingException | NativeLoadException | LinkageError e) {
                LOG.log(System.Logger.Level.DEBUG, "Rows are converted in plain Java.", e);
                return false;
            }
        }
    }
}
