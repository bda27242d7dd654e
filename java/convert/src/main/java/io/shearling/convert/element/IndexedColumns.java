package io.shearling.convert.element;

import io.shearling.convert.ConvertException;
import io.shearling.convert.ConvertException.Kind;
import io.shearling.formats.safetensors.SafetensorsType;
import java.nio.ByteBuffer;

/**
 * Columns of a matrix in an order that a tensor of the checkpoint says: column {@code i} is the source's column {@code index[i]}.
 *
 * @param name of that tensor, for messages
 * @param source rows of so many columns
 * @param columns elements of a row of the source
 * @param index integers, one for each column
 */
public record IndexedColumns(String name, ElementSource source, long columns, ElementSource index)
        implements ElementSource {
    @Override
    public SafetensorsType type() {
        return source.type();
    }

    @Override
    public long elements() {
        return source.elements() / columns * index.elements();
    }

    @Override
    public void read(long first, ByteBuffer target) {
        int count = (int) checkRange(first, target);
        if (count == 0) {
            return;
        }
        int size = elementBytes();
        int width = Math.toIntExact(index.elements());
        int[] places = places(width);
        long firstRow = first / width;
        long rows = (first + count - 1) / width - firstRow + 1;
        ByteBuffer whole =
                ByteBuffer.allocate(Math.toIntExact(rows * columns * size)).order(target.order());
        source.read(firstRow * columns, whole);
        int row = 0;
        int column = (int) (first % width);
        int start = target.position();
        for (int i = 0; i < count; i++) {
            ElementCopy.copy(whole, (row + places[column]) * size, target, start + i * size, size);
            column++;
            if (column == width) {
                column = 0;
                row += (int) columns;
            }
        }
        target.position(target.limit());
    }

    private int[] places(int width) {
        float[] values = index.floats(0, width);
        int[] places = new int[width];
        for (int i = 0; i < width; i++) {
            places[i] = (int) values[i];
            if (places[i] < 0 || places[i] >= columns) {
                throw new ConvertException(
                        Kind.TENSORS,
                        "the tensor " + name,
                        "its element " + i + " is " + places[i] + ", and there are " + columns + " groups",
                        "fetch the checkpoint again");
            }
        }
        return places;
    }
}
