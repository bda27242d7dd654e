package io.shearling.convert.element;

import io.shearling.formats.safetensors.SafetensorsType;
import io.shearling.formats.tensor.TensorType;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * Rows of a source in another order.
 *
 * @param columns elements of a row
 * @param rows how many rows come out
 */
public record GatheredRows(ElementSource source, long columns, long rows, RowOrder order) implements ElementSource {
    /** Checks that no block is cut. */
    public GatheredRows {
        if (source.blocks().isPresent() && columns % source.blocks().get().blockBytes() != 0) {
            throw new IllegalArgumentException("Rows of " + columns + " bytes are no whole number of blocks of "
                    + source.blocks().get() + ".");
        }
    }

    @Override
    public SafetensorsType type() {
        return source.type();
    }

    @Override
    public Optional<TensorType> blocks() {
        return source.blocks();
    }

    @Override
    public long elements() {
        return rows * columns;
    }

    @Override
    public void read(long first, ByteBuffer target) {
        long end = first + checkRange(first, target);
        int limit = target.limit();
        long at = first;
        while (at < end) {
            long row = at / columns;
            long from = order.source(row);
            long next = row + 1;
            // Rows that lie together are read together.
            while (next * columns < end && order.source(next) == from + next - row) {
                next++;
            }
            long stop = Math.min(end, next * columns);
            target.limit(target.position() + (int) ((stop - at) * elementBytes()));
            source.read(from * columns + at % columns, target);
            at = stop;
        }
        target.limit(limit);
    }
}
