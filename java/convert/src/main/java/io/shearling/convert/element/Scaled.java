package io.shearling.convert.element;

import io.shearling.formats.safetensors.SafetensorsType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Quantized numbers as floats: each is multiplied with the scale of its block, after the block's zero point is taken off where there
 * is one. Computed in f32: one subtraction, which is exact for integers, and one product.
 *
 * @param values the numbers of a matrix
 * @param zeros one for each block, or none
 * @param scales one for each block
 * @param grid the blocks
 */
public record Scaled(ElementSource values, Optional<ElementSource> zeros, ElementSource scales, BlockGrid grid)
        implements ElementSource {
    /** Checks that all of them are there. */
    public Scaled {
        long blocks = Math.multiplyExact(grid.width(), grid.height());
        if (values.elements() != grid.elements()
                || scales.elements() != blocks
                || zeros.map(ElementSource::elements).orElse(blocks) != blocks) {
            throw new IllegalArgumentException(values.elements() + " values and " + scales.elements() + " scales for "
                    + grid + " of " + blocks + " blocks.");
        }
    }

    @Override
    public SafetensorsType type() {
        return SafetensorsType.F32;
    }

    @Override
    public long elements() {
        return grid.elements();
    }

    @Override
    public void read(long first, ByteBuffer target) {
        int count = (int) checkRange(first, target);
        if (count == 0) {
            return;
        }
        long columns = grid.columns();
        long width = grid.width();
        long firstRow = first / columns;
        long lastRow = (first + count - 1) / columns;
        boolean one = firstRow == lastRow;
        // Of several rows all blocks are read; that is at most a row more than is needed.
        long from = firstRow / grid.blockRows() * width + (one ? first % columns / grid.blockColumns() : 0);
        long to = lastRow / grid.blockRows() * width
                + (one ? (first + count - 1) % columns / grid.blockColumns() : width - 1);
        int blocks = Math.toIntExact(to - from + 1);
        float[] scale = scales.floats(from, blocks);
        float[] zero = zeros.map(source -> source.floats(from, blocks)).orElseGet(() -> new float[blocks]);
        float[] numbers = values.floats(first, count);
        int at = 0;
        for (long row = firstRow; row <= lastRow; row++) {
            long column = (first + at) % columns;
            int block = (int) (row / grid.blockRows() * width + column / grid.blockColumns() - from);
            int stop = (int) Math.min(count, at + columns - column);
            int left = (int) Math.min(stop, grid.blockColumns() - column % grid.blockColumns());
            for (; at < stop; at++) {
                numbers[at] = (numbers[at] - zero[block]) * scale[block];
                if (--left == 0) {
                    block++;
                    left = (int) Math.min(stop, grid.blockColumns());
                }
            }
        }
        target.slice().order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().put(numbers);
        target.position(target.limit());
    }
}
