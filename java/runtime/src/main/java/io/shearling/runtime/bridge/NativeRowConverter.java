package io.shearling.runtime.bridge;

import io.shearling.core.Core;
import io.shearling.formats.row.PlainRowConverter;
import io.shearling.formats.row.RowConverter;
import io.shearling.formats.tensor.TensorType;
import io.shearling.natives.NativeLoadException;
import io.shearling.runtime.error.ShearlingException;
import java.nio.ByteBuffer;

/** Converts rows with the core's kernels; found by the formats module as a service. Without the natives it serves no types. Thread-safe. */
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
        return plain.supports(from, to) && Natives.THERE;
    }

    @Override
    public void convert(TensorType from, ByteBuffer source, TensorType to, ByteBuffer target, int rows, int columns) {
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
