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
    /** Rows of the source that are read before anything is written, so that whole cache lines are. */
    private static final int BAND = 16;

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
        int count = (int) checkRange(first, target);
        if (count == 0) {
            return;
        }
        int size = elementBytes();
        int start = target.position();
        long firstRow = first / sourceRows;
        int rows = Math.toIntExact((first + count - 1) / sourceRows - firstRow + 1);
        ByteBuffer band =
                ByteBuffer.allocate(Math.multiplyExact(rows, BAND * size)).order(target.order());
        for (long column = 0; column < sourceRows; column += BAND) {
            int width = (int) Math.min(BAND, sourceRows - column);
            for (int i = 0; i < width; i++) {
                band.limit((i + 1) * rows * size).position(i * rows * size);
                source.read((column + i) * sourceColumns + firstRow, band);
            }
            for (int row = 0; row < rows; row++) {
                long element = (firstRow + row) * sourceRows + column - first;
                int stop = (int) Math.min(width, count - element);
                for (int i = (int) Math.max(0, -element); i < stop; i++) {
                    ElementCopy.copy(band, (i * rows + row) * size, target, start + (int) (element + i) * size, size);
                }
            }
        }
        target.position(target.limit());
    }
}
