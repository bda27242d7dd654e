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
    /** How much more is read than is wanted, at most, so that rows near each other are read at once and not one by one. */
    private static final double MOST_SPARE = 1.5;

    /** Fills what remains of a buffer with elements of the source. */
    private interface Reader {
        void read(long first, ByteBuffer target);
    }

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
        if (first == end) {
            return;
        }
        Reader reader = reader(first / columns, (end - 1) / columns + 1);
        int limit = target.limit();
        long at = first;
        while (at < end) {
            long row = at / columns;
            long stop = Math.min(end, runEnd(row, (end - 1) / columns + 1) * columns);
            target.limit(target.position() + (int) ((stop - at) * elementBytes()));
            reader.read(order.source(row) * columns + at % columns, target);
            at = stop;
        }
        target.limit(limit);
    }

    /** Where the rows end that lie one behind the other in the source as they do here. */
    private long runEnd(long row, long end) {
        long next = row + 1;
        while (next < end && order.source(next) == order.source(row) + next - row) {
            next++;
        }
        return next;
    }

    /** What reads the rows: the source itself, or all that lies between them, read already. */
    private Reader reader(long first, long end) {
        long least = order.source(first);
        long most = least;
        for (long row = first + 1; row < end; row++) {
            least = Math.min(least, order.source(row));
            most = Math.max(most, order.source(row));
        }
        long start = least;
        long all = (most - least + 1) * columns * elementBytes();
        boolean near = all <= MOST_SPARE * (end - first) * columns * elementBytes() && all <= Integer.MAX_VALUE;
        if (!near || runEnd(first, end) == end) {
            return source::read;
        }
        ByteBuffer span = ByteBuffer.allocate((int) all);
        source.read(start * columns, span);
        return (element, target) -> {
            int from = (int) ((element - start * columns) * elementBytes());
            target.put(span.slice(from, target.remaining()));
        };
    }
}
