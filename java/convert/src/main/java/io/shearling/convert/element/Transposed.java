package io.shearling.convert.element;

import io.shearling.formats.safetensors.SafetensorsType;
import java.nio.ByteBuffer;

/**
 * A matrix with rows and columns exchanged. The source is read in bands of its columns, so an output range of many rows reads each
 * source row once and keeps a small piece of it.
 *
 * @param sourceRows rows of the source, columns here
 * @param sourceColumns columns of the source, rows here
 */
public record Transposed(ElementSource source, long sourceRows, long sourceColumns) implements ElementSource {
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
        int start = target.position();
        long firstRow = first / sourceRows;
        long lastRow = (end - 1) / sourceRows;
        ByteBuffer band = ByteBuffer.allocate(Math.toIntExact((lastRow - firstRow + 1) * size));
        for (long column = 0; column < sourceRows && first < end; column++) {
            band.clear();
            source.read(column * sourceColumns + firstRow, band);
            for (long row = firstRow; row <= lastRow; row++) {
                long element = row * sourceRows + column;
                if (element >= first && element < end) {
                    target.put(start + (int) ((element - first) * size), band, (int) ((row - firstRow) * size), size);
                }
            }
        }
        target.position(start + (int) ((end - first) * size));
    }
}
