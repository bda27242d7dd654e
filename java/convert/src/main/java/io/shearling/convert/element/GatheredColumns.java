package io.shearling.convert.element;

import io.shearling.formats.safetensors.SafetensorsType;
import java.nio.ByteBuffer;

/**
 * The columns of a matrix in another order, run by run. Each row is read as a whole, for its runs are short.
 *
 * @param columns elements of a row
 * @param length columns of a run, a divisor of all
 * @param order which run of a row comes where
 */
public record GatheredColumns(ElementSource source, long columns, long length, RowOrder order)
        implements ElementSource {
    @Override
    public SafetensorsType type() {
        return source.type();
    }

    @Override
    public long elements() {
        return source.elements();
    }

    @Override
    public void read(long first, ByteBuffer target) {
        long end = first + checkRange(first, target);
        int size = elementBytes();
        ByteBuffer row = ByteBuffer.allocate(Math.toIntExact(columns * size));
        for (long at = first; at < end; ) {
            long start = at - at % columns;
            source.read(start, row.clear());
            for (long stop = Math.min(end, start + columns); at < stop; ) {
                long column = at - start;
                long within = column % length;
                long count = Math.min(length - within, stop - at);
                long from = order.source(column / length) * length + within;
                target.put(row.slice((int) (from * size), (int) (count * size)));
                at += count;
            }
        }
    }
}
